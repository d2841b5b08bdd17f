import { setTimeout as delay } from 'node:timers/promises';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';

export interface ServiceSchema {
  /** A URL whose role may create roles and schemas. */
  readonly adminUrl: string;
  readonly schema: string;
  readonly role: string;
  readonly password: string;
  /** A second schema, of views that the service makes for people who ask by SQL. */
  readonly views?: ViewSchema;
}

/** Its reader sees nothing else, cannot write, and asks nothing that takes minutes. */
export interface ViewSchema {
  readonly schema: string;
  readonly reader: string;
  readonly readerPassword: string;
}

const READER_STATEMENT_TIMEOUT = '60s';
const READER_CONNECTIONS_MAX = 10;

const ATTEMPTS_MAX = 20;
const RETRY_PAUSE_MS = 50;
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Makes the service's role and the schema that it owns, and answers the URL that it connects with. Idempotent, and
 * safe when several processes do it at once. A role reaches its own schema only.
 */
export async function provisionServiceSchema(service: ServiceSchema): Promise<string> {
  const admin = new Client({
    connectionString: service.adminUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'provision',
  });
  await admin.connect();
  try {
    await withRetry(() => provision(admin, service));
  } finally {
    await admin.end();
  }
  return serviceUrl(service);
}

function serviceUrl(service: ServiceSchema): string {
  const url = new URL(service.adminUrl);
  url.username = encodeURIComponent(service.role);
  url.password = encodeURIComponent(service.password);
  return url.toString();
}

/** One simple query is one transaction: all of it or nothing. */
async function provision(admin: Client, service: ServiceSchema): Promise<void> {
  const role = escapeIdentifier(service.role);
  const schema = escapeIdentifier(service.schema);
  const { rows } = await admin.query<{ name: string; superuser: boolean }>(
    `SELECT current_database() AS name, rolsuper AS superuser FROM pg_roles WHERE rolname = current_user`,
  );
  const database = escapeIdentifier(rows[0]?.name ?? '');
  const views = service.views === undefined ? '' : provisionViews(service.views, role, database);
  await admin.query(`
    SELECT pg_advisory_xact_lock(hashtextextended('provision', 0));
    ${createRole(role)}
    ALTER ROLE ${role} LOGIN NOCREATEDB NOCREATEROLE PASSWORD ${escapeLiteral(service.password)};
    ALTER ROLE ${role} IN DATABASE ${database} SET search_path = ${schema};
    ${rows[0]?.superuser === true ? '' : `GRANT ${role} TO CURRENT_USER;`}
    CREATE SCHEMA IF NOT EXISTS ${schema} AUTHORIZATION ${role};
    ALTER SCHEMA ${schema} OWNER TO ${role};
    REVOKE ALL ON SCHEMA ${schema} FROM PUBLIC;
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    GRANT CONNECT ON DATABASE ${database} TO ${role};
    ${views}
  `);
}

function provisionViews(views: ViewSchema, owner: string, database: string): string {
  const schema = escapeIdentifier(views.schema);
  const reader = escapeIdentifier(views.reader);
  const ofReader = `ALTER ROLE ${reader} IN DATABASE ${database} SET`;
  return `
    ${createRole(reader)}
    ALTER ROLE ${reader} LOGIN NOCREATEDB NOCREATEROLE CONNECTION LIMIT ${String(READER_CONNECTIONS_MAX)}
      PASSWORD ${escapeLiteral(views.readerPassword)};
    ${ofReader} search_path = ${schema};
    ${ofReader} default_transaction_read_only = on;
    ${ofReader} statement_timeout = '${READER_STATEMENT_TIMEOUT}';
    ${ofReader} idle_in_transaction_session_timeout = '${READER_STATEMENT_TIMEOUT}';
    CREATE SCHEMA IF NOT EXISTS ${schema} AUTHORIZATION ${owner};
    ALTER SCHEMA ${schema} OWNER TO ${owner};
    REVOKE ALL ON SCHEMA ${schema} FROM PUBLIC;
    GRANT USAGE ON SCHEMA ${schema} TO ${reader};
    GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${reader};
    ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA ${schema} GRANT SELECT ON TABLES TO ${reader};
    GRANT CONNECT ON DATABASE ${database} TO ${reader};
  `;
}

/** Roles belong to the whole cluster: another database may be provisioned with the same one at this moment. */
function createRole(role: string): string {
  const statement = `
    BEGIN
      CREATE ROLE ${role};
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END`;
  return `DO ${escapeLiteral(statement)};`;
}

async function withRetry(attempt: () => Promise<void>): Promise<void> {
  for (let left = ATTEMPTS_MAX; ; left -= 1) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (left <= 1 || !(error instanceof Error) || !error.message.includes('concurrently updated'))
        throw error;
      await delay(RETRY_PAUSE_MS);
    }
  }
}
