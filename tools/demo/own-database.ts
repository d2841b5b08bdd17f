import { randomBytes } from 'node:crypto';
import type { Infra } from '@potok/platform-dev-infra/infra';
import type { Shutdown } from '@potok/platform-dev-infra/shutdown';
import { asAdmin } from '@potok/platform-testing/test-database';

/** On a server that runs already: a database of this run alone, dropped at the end. */
export async function withOwnDatabase(infra: Infra, shutdown: Shutdown): Promise<Infra> {
  const name = `potok_demo_${randomBytes(4).toString('hex')}`;
  await asAdmin(infra.databaseUrl, `CREATE DATABASE "${name}"`);
  shutdown.add('database', async () => asAdmin(infra.databaseUrl, `DROP DATABASE "${name}" WITH (FORCE)`));
  const url = new URL(infra.databaseUrl);
  url.pathname = `/${name}`;
  const databaseUrl = url.toString();
  return { ...infra, databaseUrl };
}
