import { AssertionError } from '@potok/kernel/assert';
import { DatabaseError } from 'pg';
import type { PoolClient, QueryConfig } from 'pg';
import { BinaryCopy } from './binary-copy';
import { BinaryCopyOut } from './binary-copy-out';
import type { BinaryRowReader } from './binary-row-reader';
import { ConnectionLost, FalseCommit, UnknownCommitOutcome } from './errors';
import { OpenTransaction } from './open-transaction';
import type { EncodedRows, QueryAnswer, Tx, TxOptions } from './tx';

/** Beyond the server's own time-out: only a connection that says nothing at all runs into it. */
const SILENCE_MARGIN_MS = 5_000;

interface BoundedQuery extends QueryConfig {
  query_timeout: number;
}

export interface SessionOptions {
  readonly statementTimeoutMs: number;
  /** The name under which a statement's plan is kept by the connection, or undefined for none. */
  readonly statementName: (sql: string) => string | undefined;
  readonly onAfterCommitFailed: (error: unknown) => void;
}

export interface Commanded<R> extends QueryAnswer<R> {
  /** The first word of PostgreSQL's command tag. */
  readonly command: string;
}

/** One checked-out connection. `broken` says that it must not go back to the pool. */
export class Session {
  private lost = false;

  constructor(
    private readonly client: PoolClient,
    private readonly options: SessionOptions,
  ) {}

  get broken(): boolean {
    return this.lost;
  }

  async run<R extends object>(
    sql: string,
    parameters?: readonly unknown[],
    timeoutMs = this.options.statementTimeoutMs,
  ): Promise<Commanded<R>> {
    const query: BoundedQuery = { text: sql, query_timeout: timeoutMs + SILENCE_MARGIN_MS };
    if (parameters !== undefined && parameters.length > 0) {
      query.values = [...parameters];
      const name = this.options.statementName(sql);
      if (name !== undefined) query.name = name;
    }
    try {
      const { rows, rowCount, command } = await this.client.query<R>(query);
      return { rows, rowCount: rowCount ?? 0, command };
    } catch (error) {
      throw this.explained(error);
    }
  }

  async copy(target: string, rows: EncodedRows, timeoutMs = this.options.statementTimeoutMs): Promise<void> {
    const copy = new BinaryCopy(target, rows, timeoutMs + SILENCE_MARGIN_MS);
    try {
      await this.client.query(copy).done;
    } catch (error) {
      throw this.explained(error);
    }
  }

  async copyOut(
    query: string,
    onRow: (row: BinaryRowReader) => void,
    timeoutMs = this.options.statementTimeoutMs,
  ): Promise<void> {
    try {
      await this.client.query(new BinaryCopyOut(query, onRow, timeoutMs + SILENCE_MARGIN_MS)).done;
    } catch (error) {
      throw this.explained(error);
    }
  }

  async tx<T>(body: (tx: Tx) => Promise<T>, options: TxOptions = {}): Promise<T> {
    await this.run(beginStatement(options));
    const transaction = new OpenTransaction(this, options.statementTimeoutMs);
    const result = await this.bodyOrRollback(transaction, body);
    await this.commit(transaction);
    transaction.runAfterCommit(this.options.onAfterCommitFailed);
    return result;
  }

  private async bodyOrRollback<T>(transaction: OpenTransaction, body: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      const result = await body(transaction);
      transaction.end();
      return result;
    } catch (error) {
      transaction.abandon();
      await this.rollback();
      throw error;
    }
  }

  private async rollback(): Promise<void> {
    if (this.lost) return;
    try {
      await this.run('ROLLBACK');
    } catch {
      this.lost = true;
    }
  }

  private async commit(transaction: OpenTransaction): Promise<void> {
    const command = await this.commitTag();
    if (command !== 'COMMIT') throw new FalseCommit(transaction.firstError);
  }

  private async commitTag(): Promise<string> {
    try {
      return (await this.run('COMMIT')).command;
    } catch (error) {
      if (error instanceof DatabaseError && error.severity === 'ERROR') throw error;
      this.lost = true;
      throw new UnknownCommitOutcome(error);
    }
  }

  private explained(error: unknown): unknown {
    if (error instanceof DatabaseError) {
      if (error.severity !== 'ERROR') this.lost = true;
      return error;
    }
    if (error instanceof TypeError || error instanceof RangeError || error instanceof AssertionError)
      return error;
    this.lost = true;
    return new ConnectionLost(error instanceof Error ? error.message : 'connection lost', error);
  }
}

const ISOLATION = {
  'read committed': '',
  'repeatable read': ' ISOLATION LEVEL REPEATABLE READ',
  serializable: ' ISOLATION LEVEL SERIALIZABLE',
} as const;

function beginStatement(options: TxOptions): string {
  const begin = `BEGIN${ISOLATION[options.isolation ?? 'read committed']}${options.readOnly === true ? ' READ ONLY' : ''}`;
  if (options.statementTimeoutMs === undefined) return begin;
  return `${begin}; SET LOCAL statement_timeout = ${String(Math.trunc(options.statementTimeoutMs))}`;
}
