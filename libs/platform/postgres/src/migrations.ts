import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from './database';
import { classifyFailure, sqlStateOf } from './errors';
import type { Session } from './session';

/** One step of a schema, applied once, in the order of the list. Never edited after it was released. */
export interface Migration {
  /** Unique in the schema; sorts as it was added, for example `publication-001-streams`. */
  readonly id: string;
  /** SQL, one or several statements; unqualified names fall into the role's schema. */
  readonly up: string;
}

/** An applied migration's text differs from the one in the code. */
export class MigrationDrift extends Error {
  override readonly name = 'MigrationDrift';

  constructor(id: string) {
    super(`migration ${id} was changed after it had been applied`);
  }
}

/** The lock was held by others for the whole waiting time. */
export class MigrationLockTimeout extends Error {
  override readonly name = 'MigrationLockTimeout';
  readonly transient = true;
}

export interface MigrateOptions {
  /** How long one statement may wait for a lock before it lets live traffic through and tries again. */
  readonly lockTimeoutMs?: number;
  readonly attemptsMax?: number;
  /** How long to wait while another process migrates the same schema. */
  readonly waitMs?: number;
}

const LOCK_POLL_MS = 100;
const RETRY_PAUSE_MS = 500;
const STATEMENT_TIMEOUT_MS = 600_000;
const DEFAULTS = { lockTimeoutMs: 2_000, attemptsMax: 30, waitMs: 300_000 } as const;
const LOCK_KEY = `hashtextextended('schema-migration ' || current_schema(), 0)`;

/**
 * Applies what is pending, each migration in its own transaction, under a session-level advisory lock of the schema:
 * however many processes start at once, every body runs once. Answers the ids that this call applied.
 */
export async function migrate(
  database: Database,
  migrations: readonly Migration[],
  options: MigrateOptions = {},
): Promise<readonly string[]> {
  const settings = { ...DEFAULTS, ...options };
  const run = (session: Session) =>
    locked(session, settings.waitMs, () => applyPending(session, migrations, settings));
  return database.session(run, settings.waitMs + STATEMENT_TIMEOUT_MS);
}

/** True when every migration of the list has been applied: readiness waits for it. */
export async function schemaUpToDate(database: Database, migrations: readonly Migration[]): Promise<boolean> {
  try {
    const applied = await database.session((session) => readApplied(session));
    return pendingOf(migrations, applied).length === 0;
  } catch (error) {
    if (sqlStateOf(error) === '42P01') return false;
    throw error;
  }
}

/** How the schema stands beside the code: ids of migrations. */
export interface MigrationState {
  readonly applied: readonly string[];
  readonly pending: readonly string[];
  /** Changed in the code after they were applied. */
  readonly drifted: readonly string[];
  /** Applied by a newer release than this process runs. */
  readonly unknown: readonly string[];
}

export async function readMigrationState(
  database: Database,
  migrations: readonly Migration[],
): Promise<MigrationState> {
  const applied = await database.session((session) => readApplied(session));
  const known = new Set(migrations.map(({ id }) => id));
  return {
    applied: [...applied.keys()],
    pending: migrations.filter(({ id }) => !applied.has(id)).map(({ id }) => id),
    drifted: migrations
      .filter((migration) => (applied.get(migration.id) ?? checksumOf(migration)) !== checksumOf(migration))
      .map(({ id }) => id),
    unknown: [...applied.keys()].filter((id) => !known.has(id)),
  };
}

async function locked<T>(session: Session, waitMs: number, body: () => Promise<T>): Promise<T> {
  const deadlineMs = performance.now() + waitMs;
  while (!(await tryLock(session))) {
    if (performance.now() > deadlineMs)
      throw new MigrationLockTimeout('another process is migrating the schema');
    await delay(LOCK_POLL_MS);
  }
  try {
    return await body();
  } finally {
    if (!session.broken) await session.run(`SELECT pg_advisory_unlock(${LOCK_KEY})`);
  }
}

async function tryLock(session: Session): Promise<boolean> {
  const { rows } = await session.run<{ locked: boolean | null }>(
    `SELECT pg_try_advisory_lock(${LOCK_KEY}) AS locked`,
  );
  if (rows[0]?.locked === null) throw new Error('the role has no schema in its search_path');
  return rows[0]?.locked === true;
}

async function applyPending(
  session: Session,
  migrations: readonly Migration[],
  settings: Required<MigrateOptions>,
): Promise<readonly string[]> {
  await session.run(
    `CREATE TABLE IF NOT EXISTS schema_migration (
       id text PRIMARY KEY,
       checksum text NOT NULL,
       applied_at timestamptz NOT NULL DEFAULT now()
     )`,
  );
  const pending = pendingOf(migrations, await readApplied(session));
  for (const migration of pending) await applyWithRetry(session, migration, settings);
  return pending.map((migration) => migration.id);
}

function pendingOf(migrations: readonly Migration[], applied: ReadonlyMap<string, string>): Migration[] {
  return migrations.filter((migration) => {
    const checksum = applied.get(migration.id);
    if (checksum !== undefined && checksum !== checksumOf(migration)) throw new MigrationDrift(migration.id);
    return checksum === undefined;
  });
}

async function readApplied(session: Session): Promise<ReadonlyMap<string, string>> {
  const { rows } = await session.run<{ id: string; checksum: string }>(
    'SELECT id, checksum FROM schema_migration',
  );
  return new Map(rows.map((row) => [row.id, row.checksum]));
}

async function applyWithRetry(
  session: Session,
  migration: Migration,
  settings: Required<MigrateOptions>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await apply(session, migration, settings.lockTimeoutMs);
      return;
    } catch (error) {
      const passes = classifyFailure(error) === 'transient' && !session.broken;
      if (!passes || attempt >= settings.attemptsMax) throw error;
      await delay(RETRY_PAUSE_MS);
    }
  }
}

async function apply(session: Session, migration: Migration, lockTimeoutMs: number): Promise<void> {
  await session.tx(
    async (tx) => {
      await tx.query(`SET LOCAL lock_timeout = ${String(Math.trunc(lockTimeoutMs))}`);
      await tx.query(migration.up);
      await tx.query('INSERT INTO schema_migration (id, checksum) VALUES ($1, $2)', [
        migration.id,
        checksumOf(migration),
      ]);
    },
    { statementTimeoutMs: STATEMENT_TIMEOUT_MS },
  );
}

function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.up).digest('hex');
}
