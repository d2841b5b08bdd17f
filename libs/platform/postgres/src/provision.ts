import { setTimeout as delay } from 'node:timers/promises';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';

export interface ServiceSchema {
  /** A URL whose role may create roles and schemas. */
  readonly adminUrl: string;
  readonly schema: string;
  readonly role: string;
  readonly password: string;
}

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
  `);
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
