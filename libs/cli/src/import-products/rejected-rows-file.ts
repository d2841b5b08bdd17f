import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { Delimiter } from './csv-reader';
import { REJECTION_COLUMNS } from './product-columns';
import type { RowRejection } from './product-row';

export interface RejectedLine extends RowRejection {
  readonly line: number;
  readonly cells: readonly string[];
}

const BYTE_ORDER_MARK = '\uFEFF';

/** The rejected rows beside their file, made with the first of them; can be mended and imported again. */
export class RejectedRowsFile {
  private handle: Promise<FileHandle> | null = null;
  private written: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly path: string,
    private readonly layout: { readonly delimiter: Delimiter; readonly titles: readonly string[] },
  ) {}

  /** What an earlier import left is removed: it would be read as this one's. */
  static async create(
    path: string,
    layout: { readonly delimiter: Delimiter; readonly titles: readonly string[] },
  ): Promise<RejectedRowsFile> {
    await rm(path, { force: true });
    return new RejectedRowsFile(path, layout);
  }

  async add(lines: readonly RejectedLine[]): Promise<void> {
    if (lines.length === 0) return;
    this.handle ??= this.begin();
    const handle = await this.handle;
    const text = lines
      .map(({ line, code, field, message, cells }) =>
        this.row([String(line), code, field ?? '', message, ...cells]),
      )
      .join('');
    this.written = this.written.then(() => handle.write(text));
    await this.written;
  }

  async close(): Promise<void> {
    await (await this.handle)?.close();
  }

  private async begin(): Promise<FileHandle> {
    const handle = await open(this.path, 'w');
    await handle.write(BYTE_ORDER_MARK + this.row([...REJECTION_COLUMNS, ...this.layout.titles]));
    return handle;
  }

  private row(cells: readonly string[]): string {
    return `${cells.map((cell) => quoted(cell)).join(this.layout.delimiter)}\r\n`;
  }
}

/** A spreadsheet calculates what begins with these characters: the apostrophe makes it text. */
function quoted(cell: string): string {
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[";,\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
