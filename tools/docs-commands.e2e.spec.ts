import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startInfra, type Infra } from '@potok/platform-dev-infra/infra';
import { Supervisor } from '@potok/platform-dev-infra/supervisor';
import { createTestDatabase, type TestDatabase } from '@potok/platform-testing/test-database';
import { waitFor } from '@potok/platform-testing/wait-for';
import { planServices, type ServicePlan } from './demo/service-processes';
import { repositoryRoot } from './generate/repository';

const root = repositoryRoot(__dirname);
const pages = [
  'docs/tutorials/first-receipt.md',
  'docs/guides/connect-a-register.md',
  'docs/guides/import-products.md',
];
const startTimeoutMs = 100_000;
const answerTimeoutMs = 60_000;

/** A fenced block ```sh run … (`until`: asked again until the answer is there), and the answer that follows it. */
interface RunBlock {
  readonly line: number;
  readonly commands: string;
  readonly again: boolean;
  /** null: any, as long as the commands succeed. */
  readonly answer: string | null;
}

const fence = /^```sh run( until)?\n([\s\S]*?)^```\n(?:\n```text\n([\s\S]*?)^```\n)?/gm;

function runBlocks(page: string): RunBlock[] {
  const text = readFileSync(path.join(root, page), 'utf8');
  return [...text.matchAll(fence)].map((match) => ({
    line: text.slice(0, match.index).split('\n').length,
    again: match[1] !== undefined,
    commands: match[2] ?? '',
    answer: match[3]?.trim() ?? null,
  }));
}

/** `…` stands for anything. */
function fits(output: string, answer: string | null): boolean {
  if (answer === null) return true;
  const parts = answer.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[\\s\\S]*')}$`).test(output.trim());
}

/** Stands for npm: the command as it is compiled, in the page's folder, with nothing to be installed first. */
const npm = `npm() { [ "$1 $2 $3" = 'run potok --' ] && shift 3 && "$NODE" '${path.join(root, 'dist/tools/potok.js')}' "$@"; }\n`;

/** A shell that keeps its variables and its folder from block to block. */
class Shell {
  private readonly folder = mkdtempSync(path.join(os.tmpdir(), 'potok-docs-'));
  private readonly state = path.join(this.folder, 'variables');

  constructor(variables: Readonly<Record<string, string>>) {
    const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'\n`);
    writeFileSync(this.state, lines.join(''));
  }

  run(commands: string): string {
    const script = `set -ea\n. '${this.state}'\n${npm}${commands}\nexport -p > '${this.state}'\n`;
    return execFileSync('bash', ['-c', script], {
      cwd: this.folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: this.folder, NODE: process.execPath },
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

let infra: Infra;
let database: TestDatabase;
let plan: ServicePlan;
const supervisor = new Supervisor(() => undefined);
const folder = mkdtempSync(path.join(os.tmpdir(), 'potok-docs-infra-'));

beforeAll(async () => {
  execFileSync(process.execPath, [path.join(root, 'tools', 'build.cjs')], { cwd: root, stdio: 'ignore' });
  database = await createTestDatabase();
  const environment = { ...process.env, KAFKA_BROKERS: undefined, DATABASE_URL: database.adminUrl };
  infra = await startInfra({ checkoutFolder: folder, environment, report: () => undefined });
  plan = await planServices({
    infra,
    environment: process.env,
    checkoutFolder: root,
    services: 'one',
    replicas: 1,
    port: null,
  });
  for (const spec of plan.specs) await supervisor.start(spec);
}, startTimeoutMs);

afterAll(async () => {
  await supervisor.stopAll();
  await infra.stop();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
}, startTimeoutMs);

describe.each(pages)('the commands of %s', (page) => {
  it('answer, typed one after the other, what the page says', async () => {
    const address = plan.addresses.ingestion[0] ?? '';
    const token = plan.adminToken;
    const shell = new Shell({ U: address, T: token, POTOK_URL: address, POTOK_TOKEN: token });
    const blocks = runBlocks(page);
    expect(blocks.length).toBeGreaterThan(5);
    for (const { line, commands, again, answer } of blocks) {
      let output = '';
      const attempt = (): boolean => {
        output = shell.run(commands);
        return fits(output, answer);
      };
      const what = `${page}:${String(line)}`;
      const met = again
        ? await waitFor(attempt, { what, timeoutMs: answerTimeoutMs, everyMs: 300 }).catch(() => false)
        : attempt();
      if (!met) throw new Error(`${what}: the page says\n${answer ?? ''}\nbut the answer is\n${output}`);
    }
    shell.remove();
  });
});

describe('the comparison of answers', () => {
  it.each([
    ['{"a":1,"b":2}', '{"a":1…}', true],
    ['{"a":1,"b":2}', '{…"b":2}', true],
    ['{"a":1,"b":2}', '{"b":2}', false],
    ['{"a":1}\n', '{"a":1}', true],
    ['{"a":11}', '{"a":1}', false],
  ])('%s against %s: %s', (output, answer, expected) => {
    expect(fits(output, answer)).toBe(expected);
  });
});
