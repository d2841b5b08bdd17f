import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pidIsAlive } from '@potok/platform-dev-infra/process-identity';
import { captureProcess, type CapturedProcess } from '@potok/platform-testing/captured-process';
import { waitFor } from '@potok/platform-testing/wait-for';
import { repositoryRoot } from './generate/repository';

// Stands in for npm: notes each call, takes its time, writes npm's record of what it installed last of all.
const npmScript = `
const fs = require('node:fs');
fs.appendFileSync('npm-calls.txt', process.argv[2] + '\\n');
fs.rmSync('node_modules', { recursive: true, force: true });
fs.mkdirSync('node_modules/half', { recursive: true });
const isSlow = fs.existsSync('npm-is-slow');
setTimeout(() => {
  if (fs.existsSync('npm-fails')) process.exit(7);
  fs.copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
}, isSlow ? 60_000 : 300);
`;
const commandScript = `
console.log(JSON.stringify({ arguments: process.argv.slice(2), isMain: require.main === module }));
process.on('SIGTERM', () => process.exit(9));
if (process.argv[2] === 'wait') setInterval(() => {}, 1_000);
else process.exitCode = 3;
`;

describe('the start of a command', () => {
  let checkout: string;

  beforeEach(() => {
    checkout = mkdtempSync(path.join(os.tmpdir(), 'potok-bootstrap-'));
    for (const folder of ['tools', 'dist/tools']) mkdirSync(path.join(checkout, folder), { recursive: true });
    const bootstrap = path.join(repositoryRoot(__dirname), 'tools/bootstrap.cjs');
    cpSync(bootstrap, path.join(checkout, 'tools/bootstrap.cjs'));
    write('tools/build.cjs', 'module.exports = { build: () => 0 };');
    write('dist/tools/greet.js', commandScript);
    write('npm-cli.js', npmScript);
    lockVersion('1.0.0');
  });

  afterEach(() => {
    rmSync(checkout, { recursive: true, force: true });
  });

  function write(file: string, text: string): void {
    writeFileSync(path.join(checkout, file), text);
  }

  function lockVersion(version: string): void {
    const foreign = { version, optional: true };
    const packages = { '': {}, 'node_modules/one': { version }, 'node_modules/for-another-system': foreign };
    write('package-lock.json', JSON.stringify({ packages }));
  }

  function start(...words: string[]): CapturedProcess {
    return captureProcess({
      command: process.execPath,
      arguments: ['tools/bootstrap.cjs', ...words],
      environment: { ...process.env, npm_execpath: path.join(checkout, 'npm-cli.js') },
      workingFolder: checkout,
    });
  }

  function npmCalls(): string[] {
    const file = path.join(checkout, 'npm-calls.txt');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  }

  it('installs the packages, then becomes the command with its arguments and exit code', async () => {
    const command = start('greet', '--json', '-');
    expect(await command.ended).toBe(3);
    expect(npmCalls()).toEqual(['ci']);
    expect(command.output().stdout).toBe('{"arguments":["--json","-"],"isMain":true}\n');
  });

  it('gives signals to the command', async () => {
    const command = start('greet', 'wait');
    await command.untilOutput(/isMain/);
    command.kill('SIGTERM');
    expect(await command.ended).toBe(9);
  });

  it('installs again only when package-lock.json asks for other versions', async () => {
    await start('greet').ended;
    await start('greet').ended;
    expect(npmCalls()).toHaveLength(1);
    lockVersion('2.0.0');
    await start('greet').ended;
    expect(npmCalls()).toHaveLength(2);
  });

  it('accepts what somebody installed by npm', async () => {
    mkdirSync(path.join(checkout, 'node_modules'));
    write(
      'node_modules/.package-lock.json',
      JSON.stringify({ packages: { 'node_modules/one': { version: '1.0.0' } } }),
    );
    await start('greet').ended;
    expect(npmCalls()).toEqual([]);
  });

  it('installs once when two commands start at once', async () => {
    const commands = [start('greet'), start('greet'), start('greet')];
    expect(await Promise.all(commands.map(async (command) => command.ended))).toEqual([3, 3, 3]);
    expect(npmCalls()).toHaveLength(1);
  });

  it('installs again after an install that was killed half-way', async () => {
    write('npm-is-slow', '');
    const killed = start('greet');
    await waitFor(() => existsSync(path.join(checkout, 'node_modules/half')), { what: 'half an install' });
    const lock = readFileSync(path.join(checkout, '.potok/install.lock'), 'utf8');
    const [, npm] = JSON.parse(lock) as { pid: number }[];
    killed.kill('SIGKILL');
    await waitFor(() => !pidIsAlive(killed.pid), { what: 'the end of the first command' });
    // npm goes on without its parent: until it has ended the next command must wait.
    rmSync(path.join(checkout, 'npm-is-slow'));
    const next = start('greet');
    await next.untilOutput(/another command installs the packages/);
    expect(npmCalls()).toHaveLength(1);
    process.kill(npm?.pid ?? -1, 'SIGKILL');
    expect(await next.ended).toBe(3);
    expect(npmCalls()).toHaveLength(2);
  });

  it('ends with 1 when npm fails, and does not take the packages for installed', async () => {
    write('npm-fails', '');
    const failed = start('greet');
    expect(await failed.ended).toBe(1);
    expect(failed.output().stderr).toContain('npm ci failed (code 7)');
    rmSync(path.join(checkout, 'npm-fails'));
    expect(await start('greet').ended).toBe(3);
  });

  it('ends with 2 when there is no such command', async () => {
    const unknown = start('no-such-command');
    expect(await unknown.ended).toBe(2);
    expect(unknown.output().stderr).toContain('there is no command no-such-command');
  });
});
