import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { databaseAnswers, databaseSettings, settingOptions, superuser } from '../postgres-server';
import type { PreparedServer, ProviderContext } from '../provider';
import type { Engine } from './engine';
import { keptContainer } from './kept-container';

const port = 5432;
const dataFolder = '/var/lib/postgresql';

/** A database in a container of the image postgres. */
export async function databaseContainer(
  engine: Engine,
  runFolder: string,
  context: ProviderContext,
): Promise<PreparedServer> {
  const password = keptPassword(path.join(runFolder, 'database.container.password'));
  return keptContainer({ role: 'database', engine, runFolder, context }, (published) => ({
    command: ['postgres', ...settingOptions(databaseSettings(context.memory))],
    environment: {
      POSTGRES_USER: superuser,
      POSTGRES_PASSWORD: password,
      POSTGRES_DB: 'postgres',
      // Without it the server lets everybody in who seems to come from its own machine, as a proxy of the engine may.
      POSTGRES_INITDB_ARGS:
        '--auth-host=scram-sha-256 --encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8',
      POSTGRES_HOST_AUTH_METHOD: 'scram-sha-256',
      PGDATA: `${dataFolder}/potok`,
    },
    containerPort: port,
    sharedMemoryMb: 256,
    dataFolder,
    address: `postgres://${superuser}:${password}@${published.host}:${String(published.port)}/postgres`,
    answers: databaseAnswers,
  }));
}

function keptPassword(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(18).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}
