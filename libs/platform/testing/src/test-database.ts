import { randomBytes } from 'node:crypto';
import { Database } from '@potok/platform-postgres/database';
import type { DatabaseOptions } from '@potok/platform-postgres/database';
import { migrate } from '@potok/platform-postgres/migrations';
import type { Migration } from '@potok/platform-postgres/migrations';
import { provisionServiceSchema } from '@potok/platform-postgres/provision';
import { Client, escapeIdentifier } from 'pg';

/** A database of one test file, with one service's schema and role, on the server that DATABASE_URL names. */
export interface TestDatabase {
  readonly adminUrl: string;
  /** The service role's URL: its search_path is the schema. */
  readonly url: string;
  /** Of the role that reads the schema `bi` and nothing else. */
  readonly readerUrl: string;
  readonly schema: string;
  readonly role: string;
  readonly database: Database;
  /** Another pool on the same schema, as another replica would have. Closed by `drop`. */
  connect(options?: Partial<DatabaseOptions>): Database;
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  readonly migrations?: readonly Migration[];
  /** The default is the smallest pool that services are allowed: what deadlocks on it is a defect. */
  readonly poolMax?: number;
}

/** Makes the database, applies the migrations. Throws when DATABASE_URL is not set. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const serverUrl = requiredUrl();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(serverUrl, `CREATE DATABASE ${escapeIdentifier(name)}`);
  const adminUrl = withDatabase(serverUrl, name);
  const reader = `${name}_bi`;
  const views = { schema: 'bi', reader, readerPassword: name };
  const url = await provisionServiceSchema({
    adminUrl,
    schema: 'service',
    role: name,
    password: name,
    views,
  });
  const pools: Database[] = [];
  const connect = (overrides: Partial<DatabaseOptions> = {}): Database => {
    const database = new Database({
      url,
      applicationName: 'test',
      poolMax: options.poolMax ?? 2,
      ...overrides,
    });
    pools.push(database);
    return database;
  };
  const database = connect();
  await migrate(database, options.migrations ?? []);
  const drop = async () => {
    await Promise.all(pools.map((pool) => pool.close()));
    await asAdmin(serverUrl, `DROP DATABASE ${escapeIdentifier(name)} WITH (FORCE)`);
    await asAdmin(serverUrl, `DROP ROLE ${escapeIdentifier(name)}, ${escapeIdentifier(reader)}`);
  };
  const readerUrl = withUser(url, reader);
  return { adminUrl, url, readerUrl, schema: 'service', role: name, database, connect, drop };
}

/** Runs one statement as the server's administrator. */
export async function asAdmin(adminUrl: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function requiredUrl(): string {
  const url = process.env.DATABASE_URL;
  if (url === undefined || url === '') {
    throw new Error('DATABASE_URL is not set: run the tests by `npm test`, which obtains a database');
  }
  return url;
}

function withDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.toString();
}

function withUser(address: string, user: string): string {
  const url = new URL(address);
  url.username = user;
  return url.toString();
}
