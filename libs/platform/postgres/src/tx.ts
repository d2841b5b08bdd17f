import type { BinaryRowReader } from './binary-row-reader';

/** One open PostgreSQL transaction. Statements run one after another: never `Promise.all` inside one. */
export interface Tx {
  /** Runs one statement with bound parameters. bigint columns arrive as `bigint`. */
  query<R extends object = Record<string, unknown>>(
    sql: string,
    parameters?: readonly unknown[],
  ): Promise<QueryAnswer<R>>;
  /** Binary COPY of rows already encoded by `BinaryRows` into `target` = `table (columns…)`. */
  copyBinary(target: string, rows: EncodedRows): Promise<void>;
  /**
   * Streams the rows of a query in binary form: several times cheaper than rows as objects. The query takes no
   * parameters; whatever stands in it must be a number of the caller's own. A row must be read while it is handed over.
   */
  copyOut(query: string, onRow: (row: BinaryRowReader) => void): Promise<void>;
  /** Runs the body under a savepoint: an error inside leaves the transaction usable. */
  savepoint<T>(body: () => Promise<T>): Promise<T>;
  /** Called once after the COMMIT was verified; never when it was rolled back. For wake-ups only: it may not fail. */
  afterCommit(action: () => void): void;
}

export interface QueryAnswer<R> {
  readonly rows: R[];
  readonly rowCount: number;
}

/** Rows in PostgreSQL's binary COPY format, header and trailer excluded. */
export interface EncodedRows {
  readonly rowCount: number;
  readonly chunks: readonly Uint8Array[];
  /** Gives the chunks back to where they came from, once PostgreSQL has answered that it has the rows. */
  release(): void;
}

/** What services use to reach their schema. The class `Database` implements it over a guarded pool. */
export interface Transactor {
  /** Runs the body in one transaction and verifies that PostgreSQL answered COMMIT to COMMIT. */
  tx<T>(body: (tx: Tx) => Promise<T>, options?: TxOptions): Promise<T>;
  /** One statement outside of any transaction: reads. */
  query<R extends object = Record<string, unknown>>(
    sql: string,
    parameters?: readonly unknown[],
  ): Promise<QueryAnswer<R>>;
}

export interface TxOptions {
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable';
  readonly readOnly?: boolean;
  readonly statementTimeoutMs?: number;
}
