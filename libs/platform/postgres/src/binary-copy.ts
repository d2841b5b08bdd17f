import type { Connection, Submittable } from 'pg';
import type { EncodedRows } from './tx';

const SIGNATURE = Buffer.from([
  ...Buffer.from('PGCOPY\n'),
  0xff,
  ...Buffer.from('\r\n\0'),
  ...Buffer.alloc(8),
]);
const TRAILER = Buffer.from([0xff, 0xff]);
const COPY_DATA = 0x64;
const COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4]);
const LENGTH_BYTES = 4;

/**
 * One `COPY … FROM STDIN` as `pg` runs its queries. The statement and all of its data are written at once, without
 * waiting for the server's CopyInResponse: the protocol lets the server drop the data when the statement fails. What
 * is in flight is what the caller holds anyway, so nothing more is buffered.
 */
export class BinaryCopy implements Submittable {
  readonly done: Promise<number>;
  /** `pg` replaces it by its own time-out's. */
  callback: (error?: Error) => void = () => undefined;
  private settle: { resolve: (rowCount: number) => void; reject: (error: Error) => void };
  private rowCount = 0;

  constructor(
    private readonly target: string,
    private readonly rows: EncodedRows,
    /** The name is `pg`'s. Milliseconds. */
    readonly query_timeout: number,
  ) {
    this.settle = { resolve: () => undefined, reject: () => undefined };
    this.done = new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
    });
  }

  submit(connection: Connection): void {
    const { stream } = connection;
    stream.cork();
    connection.query(`COPY ${this.target} FROM STDIN (FORMAT binary)`);
    stream.write(copyDataHeader(SIGNATURE.length));
    stream.write(SIGNATURE);
    for (const chunk of this.rows.chunks) {
      stream.write(copyDataHeader(chunk.length));
      stream.write(chunk);
    }
    stream.write(copyDataHeader(TRAILER.length));
    stream.write(TRAILER);
    stream.write(COPY_DONE);
    stream.uncork();
  }

  handleError(error: Error): void {
    this.callback(error);
    this.settle.reject(error);
  }

  handleCopyInResponse(): void {
    // The data is on its way already.
  }

  handleCommandComplete(message: { readonly text: string }): void {
    this.rowCount = Number(message.text.replace('COPY ', ''));
  }

  handleReadyForQuery(): void {
    this.callback();
    this.settle.resolve(this.rowCount);
  }
}

function copyDataHeader(bytes: number): Buffer {
  const header = Buffer.allocUnsafe(1 + LENGTH_BYTES);
  header[0] = COPY_DATA;
  header.writeInt32BE(bytes + LENGTH_BYTES, 1);
  return header;
}
