import { assert } from '@potok/kernel/assert';
import type { BinaryRowReader } from './binary-row-reader';
import type { Commanded } from './session';
import type { EncodedRows, QueryAnswer, Tx } from './tx';

/** What a transaction needs of its connection. */
interface Statements {
  run<R extends object>(
    sql: string,
    parameters?: readonly unknown[],
    timeoutMs?: number,
  ): Promise<Commanded<R>>;
  copy(target: string, rows: EncodedRows, timeoutMs?: number): Promise<void>;
  copyOut(query: string, onRow: (row: BinaryRowReader) => void, timeoutMs?: number): Promise<void>;
}

/** The open transaction that a body gets: one statement at a time, none after its end. */
export class OpenTransaction implements Tx {
  private state: 'idle' | 'busy' | 'ended' = 'idle';
  private savepoints = 0;
  private swallowed: unknown;
  private readonly actions: (() => void)[] = [];

  constructor(
    private readonly statements: Statements,
    private readonly timeoutMs: number | undefined,
  ) {}

  /** The first statement error that no savepoint undid: PostgreSQL rolls such a transaction back. */
  get firstError(): unknown {
    return this.swallowed;
  }

  query<R extends object = Record<string, unknown>>(
    sql: string,
    parameters?: readonly unknown[],
  ): Promise<QueryAnswer<R>> {
    return this.alone(() => this.statements.run<R>(sql, parameters, this.timeoutMs));
  }

  async copyBinary(target: string, rows: EncodedRows): Promise<void> {
    if (rows.rowCount === 0) return;
    await this.alone(() => this.statements.copy(target, rows, this.timeoutMs));
    rows.release();
  }

  copyOut(query: string, onRow: (row: BinaryRowReader) => void): Promise<void> {
    return this.alone(() => this.statements.copyOut(query, onRow, this.timeoutMs));
  }

  async savepoint<T>(body: () => Promise<T>): Promise<T> {
    this.savepoints += 1;
    const name = `savepoint_${String(this.savepoints)}`;
    const before = this.swallowed;
    await this.query(`SAVEPOINT ${name}`);
    try {
      const result = await body();
      await this.query(`RELEASE SAVEPOINT ${name}`);
      return result;
    } catch (error) {
      await this.query(`ROLLBACK TO SAVEPOINT ${name}; RELEASE SAVEPOINT ${name}`).catch(() => {
        throw error;
      });
      this.swallowed = before;
      throw error;
    }
  }

  afterCommit(action: () => void): void {
    assert(this.state !== 'ended', 'the transaction is over');
    this.actions.push(action);
  }

  end(): void {
    assert(this.state !== 'busy', 'a statement of the transaction was not awaited');
    this.state = 'ended';
  }

  /** After an error: nothing may use the transaction any more, whatever it was doing. */
  abandon(): void {
    this.state = 'ended';
  }

  /** The transaction is stored: a wake-up that fails must not make it look as if it were not. */
  runAfterCommit(onFailed: (error: unknown) => void): void {
    for (const action of this.actions) {
      try {
        action();
      } catch (error) {
        onFailed(error);
      }
    }
  }

  private async alone<T>(statement: () => Promise<T>): Promise<T> {
    assert(this.state !== 'ended', 'the transaction is over');
    assert(this.state !== 'busy', 'statements of one transaction run one after another');
    this.state = 'busy';
    try {
      return await statement();
    } catch (error) {
      this.swallowed ??= error;
      throw error;
    } finally {
      this.settle();
    }
  }

  private settle(): void {
    if (this.state === 'busy') this.state = 'idle';
  }
}
