import type { Connection, Submittable } from 'pg';
import { BinaryRowReader } from './binary-row-reader';

/** What precedes the first row: signature, flags, length of an extension that PostgreSQL leaves empty. */
const HEADER_BYTES = 19;
const TRAILER = -1;

/**
 * One `COPY … TO STDOUT` as `pg` runs its queries. Each row is handed over while it is in the connection's buffer,
 * which is used again: what a row holds must be read at once.
 */
export class BinaryCopyOut implements Submittable {
  readonly done: Promise<void>;
  /** `pg` replaces it by its own time-out's. */
  callback: (error?: Error) => void = () => undefined;
  private settle: { resolve: () => void; reject: (error: Error) => void };
  private headerSeen = false;
  private failure: Error | null = null;
  private readonly reader = new BinaryRowReader();

  constructor(
    private readonly query: string,
    private readonly onRow: (row: BinaryRowReader) => void,
    /** The name is `pg`'s. Milliseconds. */
    readonly query_timeout: number,
  ) {
    this.settle = { resolve: () => undefined, reject: () => undefined };
    this.done = new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
    });
  }

  submit(connection: Connection): void {
    connection.query(`COPY (${this.query}) TO STDOUT (FORMAT binary)`);
  }

  handleCopyData(message: { readonly chunk: Buffer }): void {
    if (this.failure !== null) return;
    const start = this.headerSeen ? 0 : HEADER_BYTES;
    this.headerSeen = true;
    try {
      this.reader.open(message.chunk, start);
      if (this.reader.columns !== TRAILER) this.onRow(this.reader);
    } catch (error) {
      // The server goes on sending: the error is kept until the connection is ready again.
      this.failure = error instanceof Error ? error : new Error(String(error));
    }
  }

  handleError(error: Error): void {
    this.callback(error);
    this.settle.reject(error);
  }

  handleCommandComplete(): void {
    // Nothing to learn from it: every row was handed over.
  }

  handleReadyForQuery(): void {
    this.callback();
    if (this.failure === null) this.settle.resolve();
    else this.settle.reject(this.failure);
  }
}
