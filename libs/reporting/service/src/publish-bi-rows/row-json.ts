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

/** The rows of a receipt: the part that its lines share is serialised once. */
export function receiptRows(
  header: UnnumberedHeader,
  lines: readonly UnnumberedLine[],
  numbering: RowNumbering,
): Buffer[] {
  const shared = JSON.stringify({
    ...header,
    row_version: numbering.rowVersion,
    recorded_at: toInstant(numbering.recordedAtMs),
  }).slice(1);
  return lines.map((line, index) => {
    const own = JSON.stringify(line).slice(1, -1);
    return Buffer.from(`${numberedStart(line.line_no, index, numbering)},${own},${shared}`);
  });
}

/** Rows made of earlier ones. */
export function laterRows(rows: readonly BiReceiptLineV1[], numbering: RowNumbering): Buffer[] {
  const recordedAt = toInstant(numbering.recordedAtMs);
  return rows.map((row, index) => {
    const { event_id: _id, row_seq: _seq, ...rest } = row;
    const columns = JSON.stringify({
      ...rest,
      row_version: numbering.rowVersion,
      recorded_at: recordedAt,
    }).slice(1);
    return Buffer.from(`${numberedStart(row.line_no, index, numbering)},${columns}`);
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
