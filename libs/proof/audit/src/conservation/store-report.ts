import type { ReceiptRevisedV1 } from '@potok/nomenclature-contracts/receipt-revised.v1';
import type { ReportedDay, ReportedLine } from './compare-stages';
import { ReceiptStates } from './stage-state';
import type { StageReader } from './stage-reader';

interface Period {
  readonly from: string;
  readonly to: string;
}

/** A business date of the report as it was read. */
interface ReadDate {
  /** Everything up to this sequence of the receipts is in it; what follows may be. */
  readonly seq: number;
  readonly lines: readonly ReportedLine[];
  readonly days: readonly ReportedDay[];
}

/** Events that the nomenclature has stored, from a sequence to another, both included. */
export type ReadReceipts = (fromSeq: number, upToSeq: number) => AsyncIterable<ReceiptRevisedV1>;

/**
 * A store's report beside its receipts, of one sequence, while the store trades on: a date is read again only when a
 * receipt of it came after it was read, so that one quiet moment of the dates in use is enough.
 */
export class StoreReport {
  readonly receipts = new ReceiptStates();
  /** Up to this sequence of the receipts everything is in, and nothing beyond it once the report is settled. */
  receiptsSeq = 0;
  /** Sequence of the documents behind the receipts. */
  documentsSeq = 0;
  private readonly touched = new Map<string, number>();
  private readonly dates = new Map<string, ReadDate>();
  private seenSeq = 0;

  constructor(
    private readonly reader: StageReader,
    private readonly storeId: string,
    private readonly readReceipts: ReadReceipts,
  ) {}

  get lines(): readonly ReportedLine[] {
    return [...this.dates.values()].flatMap(({ lines }) => lines);
  }

  get days(): readonly ReportedDay[] {
    return [...this.dates.values()].flatMap(({ days }) => days);
  }

  /** One round, the first one up to this head; true = receipts and report are of the same sequence. */
  async catchUp(headSeq: number): Promise<boolean> {
    await this.fold(Math.max(headSeq, this.seenSeq));
    for (const period of this.stalePeriods()) await this.readPeriod(period);
    await this.fold(this.seenSeq);
    return this.staleDates().length === 0;
  }

  private async fold(upToSeq: number): Promise<void> {
    if (upToSeq <= this.receiptsSeq) return;
    for await (const event of this.readReceipts(this.receiptsSeq + 1, upToSeq)) {
      this.touch(event);
      this.receipts.take(event);
      this.touch(event);
      this.documentsSeq = Math.max(this.documentsSeq, event.cause?.seq ?? 0);
    }
    this.receiptsSeq = upToSeq;
  }

  /** The date that a document leaves is changed as well as that which it comes to. */
  private touch({ documentId, streamSeq }: ReceiptRevisedV1): void {
    const known = this.receipts.byId.get(documentId);
    if (known !== undefined) this.touched.set(known.businessDate, streamSeq);
  }

  private staleDates(): readonly string[] {
    return [...this.touched]
      .filter(([date, seq]) => (this.dates.get(date)?.seq ?? 0) < seq)
      .map(([date]) => date)
      .sort();
  }

  private stalePeriods(): readonly Period[] {
    const stale = this.staleDates();
    return this.dates.size === 0 ? periodsOf(stale) : stale.map((date) => ({ from: date, to: date }));
  }

  private async readPeriod(period: Period): Promise<void> {
    const range = { storeId: this.storeId, ...period };
    const lines = await this.reader.reportRows<ReportedLine>('lines', range);
    const days = await this.reader.reportRows<ReportedDay>('conservation', range);
    this.seenSeq = Math.max(this.seenSeq, lines.toSeq, days.toSeq);
    const seq = Math.min(lines.fromSeq, days.fromSeq);
    const linesOf = byDate(lines.rows);
    const daysOf = byDate(days.rows);
    const within = [...this.touched.keys()].filter((date) => date >= period.from && date <= period.to);
    for (const date of new Set([...within, ...linesOf.keys(), ...daysOf.keys()])) {
      this.dates.set(date, { seq, lines: linesOf.get(date) ?? [], days: daysOf.get(date) ?? [] });
    }
  }
}

function byDate<Row extends { readonly businessDate: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const dates = new Map<string, Row[]>();
  for (const row of rows) {
    const ofDate = dates.get(row.businessDate);
    if (ofDate === undefined) dates.set(row.businessDate, [row]);
    else ofDate.push(row);
  }
  return dates;
}

const yearMs = 366 * 86_400_000;

/** Few stretches that hold all dates: a clock of 2099 must not make one of decades. */
function periodsOf(dates: readonly string[]): readonly Period[] {
  const periods: { from: string; to: string }[] = [];
  for (const date of dates) {
    const last = periods.at(-1);
    if (last !== undefined && Date.parse(date) - Date.parse(last.from) < yearMs) last.to = date;
    else periods.push({ from: date, to: date });
  }
  return periods;
}
