import { Pool } from 'pg';
import type { PoolClient } from 'pg';
import { ConnectionLost } from './errors';
import { Session } from './session';
import { valueParsers } from './type-parsers';
import type { QueryAnswer, Transactor, Tx, TxOptions } from './tx';

export interface DatabaseOptions {
  readonly url: string;
  /** Shown in pg_stat_activity: the service's name. */
  readonly applicationName: string;
  readonly poolMax: number;
  readonly connectTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
  readonly lockTimeoutMs?: number;
  readonly idleInTransactionTimeoutMs?: number;
  /** A connection that is held longer is reported once, with the stack that took it. */
  readonly leakAfterMs?: number;
  readonly onTrouble?: (trouble: PoolTrouble) => void;
}

export interface PoolTrouble {
  readonly kind: 'connection-error' | 'leak' | 'after-commit-failed';
  readonly message: string;
  readonly stack: string | null;
}

export interface PoolStats {
  readonly max: number;
  readonly total: number;
  readonly idle: number;
  readonly waiting: number;
}

const DEFAULTS = {
  connectTimeoutMs: 3_000,
  statementTimeoutMs: 30_000,
  lockTimeoutMs: 2_000,
  idleInTransactionTimeoutMs: 10_000,
  leakAfterMs: 5_000,
} as const;

/** Statements beyond this many run unnamed: a defect that makes up SQL texts must not fill the server's memory. */
const NAMED_STATEMENTS_MAX = 500;

/** A service's schema behind a guarded pool: the only place that checks connections out. */
export class Database implements Transactor {
  private readonly settings: Required<DatabaseOptions>;
  private readonly pool: Pool;
  private readonly statementNames = new Map<string, string>();

  constructor(options: DatabaseOptions) {
    this.settings = { ...DEFAULTS, onTrouble: () => undefined, ...options };
    this.pool = new Pool(poolConfig(this.settings));
    this.pool.on('error', (error) => {
      this.report('connection-error', error);
    });
    this.pool.on('connect', (client) => {
      client.on('error', (error) => {
        this.report('connection-error', error);
      });
    });
  }

  /** See `Transactor`. Throws FalseCommit, UnknownCommitOutcome, ConnectionLost, and whatever the body throws. */
  tx<T>(body: (tx: Tx) => Promise<T>, options?: TxOptions): Promise<T> {
    return this.session((session) => session.tx(body, options));
  }

  query<R extends object = Record<string, unknown>>(
    sql: string,
    parameters?: readonly unknown[],
  ): Promise<QueryAnswer<R>> {
    return this.session((session) => session.run<R>(sql, parameters));
  }

  /** One connection for several transactions and statements: for session-level locks. */
  async session<T>(
    body: (session: Session) => Promise<T>,
    leakAfterMs: number = this.settings.leakAfterMs,
  ): Promise<T> {
    const client = await this.checkOut();
    const session = new Session(client, {
      statementTimeoutMs: this.settings.statementTimeoutMs,
      statementName: (sql) => this.statementName(sql),
      onAfterCommitFailed: (error) => {
        this.report('after-commit-failed', error);
      },
    });
    const alarm = this.leakAlarm(new Error('taken here'), leakAfterMs);
    try {
      return await body(session);
    } finally {
      clearTimeout(alarm);
      client.release(session.broken);
    }
  }

  stats(): PoolStats {
    const { totalCount, idleCount, waitingCount } = this.pool;
    return { max: this.settings.poolMax, total: totalCount, idle: idleCount, waiting: waitingCount };
  }

  /** Waits until every connection has been given back. */
  close(): Promise<void> {
    return this.pool.end();
  }

  private async checkOut(): Promise<PoolClient> {
    try {
      return await this.pool.connect();
    } catch (error) {
      throw explainedConnect(error);
    }
  }

  private leakAlarm(taken: Error, leakAfterMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.settings.onTrouble({
        kind: 'leak',
        message: `a connection has been held for more than ${String(leakAfterMs)} ms`,
        stack: taken.stack ?? null,
      });
    }, leakAfterMs).unref();
  }

  private statementName(sql: string): string | undefined {
    const known = this.statementNames.get(sql);
    if (known !== undefined || this.statementNames.size >= NAMED_STATEMENTS_MAX) return known;
    const name = `statement_${String(this.statementNames.size)}`;
    this.statementNames.set(sql, name);
    return name;
  }

  private report(kind: PoolTrouble['kind'], error: unknown): void {
    const known = error instanceof Error ? error : new Error(String(error));
    this.settings.onTrouble({ kind, message: known.message, stack: known.stack ?? null });
  }
}

function poolConfig(settings: Required<DatabaseOptions>): ConstructorParameters<typeof Pool>[0] {
  return {
    connectionString: settings.url,
    application_name: settings.applicationName,
    max: settings.poolMax,
    connectionTimeoutMillis: settings.connectTimeoutMs,
    statement_timeout: settings.statementTimeoutMs,
    lock_timeout: settings.lockTimeoutMs,
    idle_in_transaction_session_timeout: settings.idleInTransactionTimeoutMs,
    // Plans made while a table was empty would be kept for its whole growth: plan anew, parse once. What a batch looks
    // up by key lies in memory or on a solid state disk: with the default price of a page a whole table would be read.
    options: '-c plan_cache_mode=force_custom_plan -c random_page_cost=1.1',
    keepAlive: true,
    types: valueParsers(),
  };
}

/** Refusals of the server (wrong password, no such database) keep their SQLSTATE; the rest is a lost connection. */
function explainedConnect(error: unknown): unknown {
  if (error instanceof Error && 'severity' in error) return error;
  return new ConnectionLost(error instanceof Error ? error.message : 'no connection', error);
}
