import { createServer } from 'node:http';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { waitFor } from '@potok/platform-testing/wait-for';
import { pidIsAlive } from './process-identity';
import { Supervisor, type ProcessSpec } from './supervisor';

const idle = 'setInterval(() => {}, 1000);';

describe('the supervisor', () => {
  let folder: string;
  let supervisor: Supervisor;
  const reports: string[] = [];

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'potok-supervisor-'));
    reports.length = 0;
    supervisor = new Supervisor((line) => reports.push(line));
  });

  afterEach(async () => {
    await supervisor.stopAll();
    rmSync(folder, { recursive: true, force: true });
  });

  function node(script: string, overrides: Partial<ProcessSpec> = {}): ProcessSpec {
    return {
      name: 'worker',
      command: process.execPath,
      arguments: ['-e', script],
      environment: {},
      workingFolder: folder,
      logFile: path.join(folder, 'worker.log'),
      ...overrides,
    };
  }

  async function anotherLife(before: number | undefined): Promise<number> {
    return waitFor(
      () => {
        const pid = supervisor.pids().get('worker');
        return pid !== undefined && pid !== before ? pid : undefined;
      },
      { what: 'another life of the process' },
    );
  }

  it('starts a process again that was killed', async () => {
    await supervisor.start(node(idle));
    const first = supervisor.pids().get('worker');
    process.kill(first ?? -1, 'SIGKILL');
    const second = await anotherLife(first);
    expect(pidIsAlive(second)).toBe(true);
    expect(supervisor.restarts().get('worker')).toBe(1);
    expect(reports).toEqual(['worker ended (SIGKILL) and is started again']);
  });

  it('starts a process again that gave up with code 75', async () => {
    const mark = path.join(folder, 'gave-up');
    const script = `const fs = require('fs');
      if (!fs.existsSync('${mark}')) { fs.writeFileSync('${mark}', ''); setTimeout(() => process.exit(75), 300); }
      else { ${idle} }`;
    await supervisor.start(node(script));
    await anotherLife(supervisor.pids().get('worker'));
    expect(reports).toEqual(['worker ended (code 75) and is started again']);
  });

  it('waits until a process is ready', async () => {
    const mark = path.join(folder, 'ready');
    const script = `setTimeout(() => require('fs').writeFileSync('${mark}', 'yes'), 300); ${idle}`;
    const isReady = async (): Promise<boolean> => {
      const text = await readFile(mark, 'utf8').catch(() => '');
      return text === 'yes';
    };
    await supervisor.start(node(script, { ready: isReady }));
    expect(await isReady()).toBe(true);
  });

  it('says why a process does not start, with the end of its log', async () => {
    const script = "console.error('the port is taken'); process.exit(1)";
    const spec = node(script, { earlyEnds: 1, ready: async () => Promise.resolve(false) });
    await expect(supervisor.start(spec)).rejects.toThrow(
      /worker ended at once \(code 1\)[^]*the port is taken/,
    );
    expect(supervisor.pids().size).toBe(0);
  });

  it('says that a program cannot be found', async () => {
    const spec = node('', { command: path.join(folder, 'absent'), earlyEnds: 0 });
    await expect(supervisor.start({ ...spec, ready: async () => Promise.resolve(false) })).rejects.toThrow(
      'ended at once (code 127)',
    );
  });

  it('kills and restarts a process whose liveness fails for ten seconds', async () => {
    let live = true;
    let asked = 0;
    const server = createServer((_request, response) => {
      asked += 1;
      response.statusCode = live ? 200 : 503;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await supervisor.start(node(idle, { livenessUrl: `http://127.0.0.1:${String(port)}/health/live` }));
    const first = supervisor.pids().get('worker');
    await waitFor(() => asked > 0, { what: 'the first question' });
    live = false;
    await anotherLife(first);
    live = true;
    expect(reports[0]).toBe('worker does not answer any more and is killed');
    server.closeAllConnections();
    server.close();
  });

  it('lets a process end by itself on SIGTERM and kills one that does not', async () => {
    const heard = "process.on('SIGTERM', () => { console.log('ending'); process.exit(0); });";
    await supervisor.start(node(heard + idle + "console.log('up')"));
    await supervisor.start(
      node(`process.on('SIGTERM', () => {}); ${idle} console.log('up')`, {
        name: 'deaf',
        stopTimeoutMs: 300,
        logFile: path.join(folder, 'deaf.log'),
      }),
    );
    const upOf = (name: string): boolean =>
      readFileSync(path.join(folder, `${name}.log`), 'utf8').includes('up');
    await waitFor(() => upOf('worker') && upOf('deaf'), { what: 'both processes' });
    const pids = [...supervisor.pids().values()];
    await supervisor.stopAll();
    expect(pids.map(pidIsAlive)).toEqual([false, false]);
    expect(readFileSync(path.join(folder, 'worker.log'), 'utf8')).toContain('ending');
    expect(reports).toEqual(['deaf did not stop in time and is killed']);
  });

  it('stops a process that was frozen by SIGSTOP', async () => {
    await supervisor.start(node(idle));
    const pid = supervisor.pids().get('worker') ?? -1;
    process.kill(pid, 'SIGSTOP');
    await supervisor.stopAll();
    expect(pidIsAlive(pid)).toBe(false);
  });

  it('runs a process once when it is not to be restarted', async () => {
    await supervisor.start(node('process.exit(3)', { restart: 'never' }));
    expect(await supervisor.ended('worker')).toEqual({ code: 3, signal: null });
    expect(supervisor.pids().size).toBe(0);
  });
});
