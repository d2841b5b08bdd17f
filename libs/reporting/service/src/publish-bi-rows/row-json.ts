import { toInstant } from '@potok/kernel/clock';
import type { BiReceiptLineV1 } from '@potok/reporting-contracts/bi-receipt-line.v1';
import type { UnnumberedHeader, UnnumberedLine } from '@potok/reporting-domain/bi-rows/receipt-rows';

/** What a row gets where it is numbered. */
export interface RowNumbering {
  readonly causeEventId: string;
  readonly rowVersion: number;
  readonly firstRowSeq: number;
  readonly recordedAtMs: number;
}

/** An epoch of the receipts' stream begins at 1 again; versions go on growing. */
const EPOCH_VERSIONS = 2 ** 40;

export function rowVersionOf(epoch: number, seq: number): number {
  return (epoch - 1) * EPOCH_VERSIONS + seq;
}

/**
 * Rows as they are stored: a line of text that they share, then a line for each of what is its own. JSON holds no line
 * feed, so that rows are put together again without being parsed.
 */
export interface RowGroup {
  readonly rows: number;
  readonly bytes: Buffer;
}

export const NO_ROWS: RowGroup = { rows: 0, bytes: Buffer.alloc(0) };

/** The rows of a receipt: its header is serialised, stored and compressed once. */
export function receiptRows(
  header: UnnumberedHeader,
  lines: readonly UnnumberedLine[],
  numbering: RowNumbering,
): RowGroup {
  if (lines.length === 0) return NO_ROWS;
  let text = sharedText(header, numbering);
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index];
    if (line === undefined) continue;
    text += `\n${numberedStart(line.line_no, index, numbering)},${JSON.stringify(line).slice(1, -1)}`;
  }
  return { rows: lines.length, bytes: Buffer.from(text) };
}

/** Rows made of earlier ones, which need not be of one header any more. */
export function laterRows(rows: readonly BiReceiptLineV1[], numbering: RowNumbering): RowGroup {
  if (rows.length === 0) return NO_ROWS;
  let text = sharedText({}, numbering);
  rows.forEach(
    ({ event_id: _id, row_seq: _seq, row_version: _version, recorded_at: _at, ...rest }, index) => {
      text += `\n${numberedStart(rest.line_no, index, numbering)},${JSON.stringify(rest).slice(1, -1)}`;
    },
  );
  return { rows: rows.length, bytes: Buffer.from(text) };
}

function sharedText(header: object, { rowVersion, recordedAtMs }: RowNumbering): string {
  const shared = { ...header, row_version: rowVersion, recorded_at: toInstant(recordedAtMs) };
  return JSON.stringify(shared).slice(1);
}

const LINE_FEED = 0x0a;
const COMMA = 0x2c;

/** The values of a group's rows, in their order: slices of one buffer. */
export function valuesOf(group: Buffer): Buffer[] {
  const shared = group.indexOf(LINE_FEED);
  const ends: number[] = [];
  for (let at = shared; at >= 0;) {
    at = group.indexOf(LINE_FEED, at + 1);
    ends.push(at < 0 ? group.length : at);
  }
  const whole = Buffer.allocUnsafe(group.length - shared - 1 + 1 + ends.length * shared);
  let from = shared + 1;
  let to = 0;
  return ends.map((end) => {
    const start = to;
    to += group.copy(whole, to, from, end);
    whole[to] = COMMA;
    to += 1;
    to += group.copy(whole, to, 0, shared);
    from = end + 1;
    return whole.subarray(start, to);
  });
}

/** `event_id` is the first member: the relay reads it there. */
function numberedStart(lineNo: number, index: number, numbering: RowNumbering): string {
  const eventId = JSON.stringify(`${numbering.causeEventId}/${String(lineNo)}`);
  return `{"event_id":${eventId},"row_seq":${String(numbering.firstRowSeq + index)}`;
}

export function readRow(value: Buffer): BiReceiptLineV1 {
  return JSON.parse(value.toString('utf8')) as BiReceiptLineV1;
}
