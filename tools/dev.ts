/**
 * `npm run dev`: broker, database and the app with every service, kept running until Ctrl-C, their data until the
 * next `npm run dev`. What was compiled at its start is what runs: start it again after a change.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startInfra } from '@potok/platform-dev-infra/infra';
import { runCommand } from '@potok/platform-dev-infra/shutdown';
import { Supervisor } from '@potok/platform-dev-infra/supervisor';
import { answerHelp } from './answer-help';
import { planServices } from './demo/service-processes';
import { repositoryRoot } from './generate/repository';

const usage = `npm run dev
  Starts a broker, a database and every service in one process, and keeps them running until Ctrl-C; data are kept for
  the next start. Prints the address of the API, the administrator's token, and where the log is.
  KAFKA_BROKERS, DATABASE_URL   a broker and a database to take instead of starting some
`;

const parameters = process.argv.slice(2);
answerHelp(parameters, usage);
if (parameters.length > 0) {
  process.stderr.write(`it takes no arguments: ${parameters.join(' ')}\n${usage}`);
  process.exit(2);
}

void runCommand(process.env, async (shutdown) => {
  const checkoutFolder = repositoryRoot(__dirname);
  const infra = await startInfra({ checkoutFolder, environment: process.env, report: say, data: 'kept' });
  shutdown.add('broker and database', async () => infra.stop());
  const plan = await planServices({
    infra,
    environment: process.env,
    checkoutFolder,
    services: 'one',
    replicas: 1,
    port: null,
  });
  const supervisor = new Supervisor(say);
  shutdown.add('services', async () => supervisor.stopAll());
  // Kept personal data is readable by the key that wrote it alone.
  const vaultKey = keptKey(path.join(infra.logFolder, 'vault.key'));
  for (const spec of plan.specs) {
    await supervisor.start({ ...spec, environment: { ...spec.environment, VAULT_KEY: vaultKey } });
    say(`${spec.name} is ready, its log is ${spec.logFile}`);
  }
  say(`API          ${plan.addresses.ingestion.join(', ')}`);
  say(`admin token  ${plan.adminToken}`);
  say(`broker       ${infra.kafkaBrokers.join(', ')}`);
  say(`database     ${infra.databaseUrl}`);
  say('Ctrl-C ends it');
  return new Promise<number>(() => undefined);
});

function keptKey(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('base64'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
