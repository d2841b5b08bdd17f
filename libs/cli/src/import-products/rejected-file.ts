import { rmSync, writeFileSync } from 'node:fs';

/** A row of the file that was not taken, `line` counted from 1 with the headings. */
export interface RejectedLine {
  readonly line: number;
  readonly productId: string | null;
  readonly code: string;
  readonly field: string | null;
  readonly message: string;
}

const BYTE_ORDER_MARK = '\ufeff';
const COLUMNS = ['line', 'productId', 'code', 'field', 'message'] as const;

/** `products.csv` → `products.csv.rejected.csv`, beside it. */
export function rejectedFileOf(path: string): string {
  return `${path}.rejected.csv`;
}

/** Writes the rejected rows, or takes away what an earlier import left when there are none. */
export function writeRejected(path: string, rejected: readonly RejectedLine[]): void {
  if (rejected.length === 0) {
    rmSync(path, { force: true });
    return;
  }
  const rows = rejected.map((line) =>
    COLUMNS.map((column) => safeCell(String(line[column] ?? ''))).join(';'),
  );
  writeFileSync(path, `${BYTE_ORDER_MARK}${[COLUMNS.join(';'), ...rows].join('\r\n')}\r\n`);
}

/** A cell that a spreadsheet would run as a formula gets an apostrophe before it. */
export function safeCell(text: string): string {
  const harmless = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[";\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
