import type { Difference, Stage } from './difference';
import type { BiStates, DocumentStates, MovementStates, ReceiptStates, StandingReceipt } from './stage-state';

/** A line of the report as it stands there. */
export interface ReportedLine {
  readonly documentId: string;
  readonly businessDate: string;
  readonly lineNo: number;
  readonly productId: string | null;
  readonly amountKopecks: number;
  readonly recognition: string;
  readonly counted: boolean;
}

type Compared = string | number | boolean | null | undefined;
type Sides = Pick<Difference, 'stage' | 'against'>;

/** Collects what two stages say of one thing of a store. */
export class Differences {
  readonly found: Difference[] = [];

  constructor(private readonly storeId: string) {}

  /** Notes it where the two are not the same. */
  compare(
    place: Pick<Difference, 'businessDate' | 'documentId' | 'lineNo' | 'field'>,
    sides: Sides,
    [value, expected]: readonly [Compared, Compared],
  ): void {
    if (value === expected) return;
    this.found.push({
      storeId: this.storeId,
      ...place,
      ...sides,
      value: text(value),
      expected: text(expected),
    });
  }
}

function text(value: Compared): string | null {
  return value === undefined || value === null ? null : String(value);
}

/** Every receipt that the registers sent is decided once, in the same bytes, line by line. */
export function compareDocuments(
  documents: DocumentStates,
  receipts: ReceiptStates,
  differences: Differences,
): void {
  const sides = { stage: 'receipts', against: 'documents' } as const;
  for (const [documentId, document] of documents.byId) {
    if (!document.isReceipt) continue;
    const { businessDate } = document;
    const place = { businessDate, documentId, lineNo: null };
    const receipt = receipts.byId.get(documentId);
    if (receipt === undefined) {
      if (document.stands) differences.compare({ ...place, field: 'presence' }, sides, [null, 'a receipt']);
      continue;
    }
    differences.compare({ ...place, field: 'stands' }, sides, [receipt.stands, document.stands]);
    differences.compare({ ...place, field: 'documentHash' }, sides, [
      receipt.documentHash,
      document.documentHash,
    ]);
    compareStatedLines(documentId, receipt, differences);
  }
  for (const [documentId, { businessDate, stands }] of receipts.byId) {
    if (!stands || documents.byId.has(documentId)) continue;
    const place = { businessDate, documentId, lineNo: null, field: 'presence' };
    differences.compare(place, sides, ['a receipt', null]);
  }
}

function compareStatedLines(
  documentId: string,
  { businessDate, lines }: StandingReceipt,
  differences: Differences,
): void {
  const sides = { stage: 'receipts', against: 'documents' } as const;
  for (const [lineNo, { amountKopecks, statedKopecks }] of lines) {
    // A person may have added lines to a correction that states none.
    if (statedKopecks === undefined) continue;
    const place = { businessDate, documentId, lineNo, field: 'amountKopecks' };
    differences.compare(place, sides, [amountKopecks, statedKopecks]);
  }
}

/** Every line with an effect has moved its goods, and nothing else has moved. */
export function compareMovements(
  receipts: ReceiptStates,
  movements: MovementStates,
  differences: Differences,
): void {
  const sides = { stage: 'movements', against: 'receipts' } as const;
  for (const [documentId, receipt] of receipts.byId) {
    const { businessDate } = receipt;
    const expected = new Map<string, number>();
    for (const [lineNo, { productId, stockMilli }] of receipt.lines) {
      if (stockMilli !== 0) expected.set(`${String(lineNo)}|${productId}`, stockMilli);
    }
    const moved = movements.byDocument.get(documentId) ?? new Map<string, number>();
    for (const key of new Set([...expected.keys(), ...moved.keys()])) {
      const [lineNo, productId = ''] = key.split('|');
      const place = { businessDate, documentId, lineNo: Number(lineNo), field: `stockMilli:${productId}` };
      differences.compare(place, sides, [moved.get(key) ?? 0, expected.get(key) ?? 0]);
    }
  }
  for (const documentId of movements.byDocument.keys()) {
    if (receipts.byId.has(documentId)) continue;
    const place = { businessDate: null, documentId, lineNo: null, field: 'presence' };
    differences.compare(place, sides, ['movements', null]);
  }
}

/** The balances are the sums of the movements. */
export function compareBalances(
  movements: MovementStates,
  balances: ReadonlyMap<string, number>,
  differences: Differences,
): void {
  const sides = { stage: 'balances', against: 'movements' } as const;
  for (const key of new Set([...movements.balances.keys(), ...balances.keys()])) {
    const place = { businessDate: null, documentId: null, lineNo: null, field: `stockMilli:${key}` };
    differences.compare(place, sides, [balances.get(key) ?? 0, movements.balances.get(key) ?? 0]);
  }
}

interface FarLine {
  readonly productId: string | null;
  readonly amountKopecks: number;
  readonly recognition: string | null;
}

/** The lines of the report, and the rows for BI, are those of the receipts. */
export function compareReport(
  receipts: ReceiptStates,
  lines: readonly ReportedLine[],
  differences: Differences,
): void {
  const far = new Map<string, Map<number, FarLine>>();
  // Line 0 stands for the total of a receipt without lines; what is not counted may have been withdrawn.
  for (const line of lines) {
    const gone = !line.counted && receipts.byId.get(line.documentId)?.stands === false;
    if (line.lineNo === 0 || gone) continue;
    const ofDocument = far.get(line.documentId) ?? new Map<number, FarLine>();
    far.set(line.documentId, ofDocument);
    // A voided line counts as nothing, however it was decided.
    ofDocument.set(line.lineNo, line.recognition === 'voided' ? { ...line, recognition: 'none' } : line);
  }
  compareLines(receipts, far, { stage: 'report', signed: true, differences });
}

export function compareBi(receipts: ReceiptStates, bi: BiStates, differences: Differences): void {
  const far = new Map<string, Map<number, FarLine>>();
  for (const [documentId, rows] of bi.byDocument) {
    const standing = [...rows].filter(([lineNo, row]) => lineNo > 0 && row.is_deleted === 0);
    const ofDocument = standing.map(([lineNo, row]): [number, FarLine] => [
      lineNo,
      { productId: row.product_id, amountKopecks: row.amount_kop, recognition: row.recognition },
    ]);
    far.set(documentId, new Map(ofDocument));
  }
  compareLines(receipts, far, { stage: 'bi', signed: false, differences });
}

interface FarStage {
  readonly stage: Stage;
  /** Its amounts have the sign of the operation. */
  readonly signed: boolean;
  readonly differences: Differences;
}

function compareLines(
  receipts: ReceiptStates,
  far: ReadonlyMap<string, ReadonlyMap<number, FarLine>>,
  { stage, signed, differences }: FarStage,
): void {
  const sides = { stage, against: 'receipts' } as const;
  for (const [documentId, { businessDate, lines, sign }] of receipts.byId) {
    const found = far.get(documentId) ?? new Map<number, FarLine>();
    for (const lineNo of new Set([...lines.keys(), ...found.keys()])) {
      const near = lines.get(lineNo);
      const other = found.get(lineNo);
      const place = { businessDate, documentId, lineNo };
      if (near === undefined || other === undefined) {
        const presence = [
          other === undefined ? null : 'a line',
          near === undefined ? null : 'a line',
        ] as const;
        differences.compare({ ...place, field: 'presence' }, sides, presence);
        continue;
      }
      differences.compare({ ...place, field: 'productId' }, sides, [other.productId, near.productId]);
      differences.compare({ ...place, field: 'amountKopecks' }, sides, [
        other.amountKopecks,
        near.amountKopecks * (signed ? sign : 1),
      ]);
      differences.compare({ ...place, field: 'recognition' }, sides, [other.recognition, near.recognition]);
    }
  }
  for (const documentId of far.keys()) {
    if (receipts.byId.has(documentId) || far.get(documentId)?.size === 0) continue;
    const place = { businessDate: null, documentId, lineNo: null, field: 'presence' };
    differences.compare(place, sides, ['lines', null]);
  }
}

/** What a store's days come to by every way in which reporting keeps it. */
export interface ReportedDay {
  readonly businessDate: string;
  readonly receiptsCounted: number;
  readonly lineKopecks: number;
  readonly revenueKopecks: number;
  readonly facetRevenueKopecks: number;
  readonly productRevenueKopecks: number;
  readonly receiptPaymentKopecks: number;
  readonly paymentKopecks: number;
}

/** How lines count that are the chain's own turnover: once, when the goods are handed over or paid in full. */
const OWN_TURNOVER = new Set(['sale', 'transferAgainstAdvance', 'credit']);

class DaySums {
  lineKopecks = 0;
  revenueKopecks = 0;
}

/**
 * The sums that reports are answered from are the sums of the lines below them: turnover by receipts, by the sums of
 * days and by those of products; payments are those that the receipts
 * state, which need not come to their totals: a till's defect refuses no receipt.
 */
export function compareDays(
  days: readonly ReportedDay[],
  lines: readonly ReportedLine[],
  differences: Differences,
): void {
  const sums = new Map<string, DaySums>();
  for (const { businessDate, counted, recognition, amountKopecks } of lines) {
    if (!counted || recognition === 'voided') continue;
    const day = sums.get(businessDate) ?? new DaySums();
    sums.set(businessDate, day);
    day.lineKopecks += amountKopecks;
    if (OWN_TURNOVER.has(recognition)) day.revenueKopecks += amountKopecks;
  }
  for (const day of days) {
    const { lineKopecks, revenueKopecks } = sums.get(day.businessDate) ?? new DaySums();
    const expected = [
      ['lineKopecks', lineKopecks],
      ['revenueKopecks', revenueKopecks],
      ['facetRevenueKopecks', revenueKopecks],
      ['productRevenueKopecks', revenueKopecks],
      ['paymentKopecks', day.receiptPaymentKopecks],
    ] as const;
    for (const [field, sum] of expected) {
      const place = { businessDate: day.businessDate, documentId: null, lineNo: null, field };
      differences.compare(place, { stage: 'days', against: 'report' }, [day[field], sum]);
    }
  }
}
