import { setTimeout as sleep } from 'node:timers/promises';
import type { DocumentRevisedV1 } from '@potok/ingestion-contracts/document-revised.v1';
import type { ReceiptRevisedV1 } from '@potok/nomenclature-contracts/receipt-revised.v1';
import type { BiReceiptLineV1 } from '@potok/reporting-contracts/bi-receipt-line.v1';
import type { MovementsPostedV1 } from '@potok/stock-contracts/movements-posted.v1';
import { documentsTopicName } from '../documents-book';
import { movementsTopicName } from '../movements-book';
import type { ServiceName } from '../platform-view';
import { receiptsTopicName } from '../receipts-book';
import {
  compareBalances,
  compareBi,
  compareDays,
  compareDocuments,
  compareMovements,
  compareReport,
  Differences,
} from './compare-stages';
import type { ReportedDay, ReportedLine } from './compare-stages';
import type { Difference, ProvedDay } from './difference';
import type { StageReader } from './stage-reader';
import { BiStates, DocumentStates, MovementStates, ReceiptStates } from './stage-state';

const biTopicName = 'bi.receipt-lines.v1';
/** Consumers that are measured: copies and whatever else reads the topic are not stages. */
const stageConsumers = { stock: 'stock-ledger.receipts', bi: 'reporting.bi' } as const;
const attempts = 20;
const pauseMs = 500;

export interface StoreProof {
  readonly storeId: string;
  /** Sequence of the store on the topic of receipts at which all stages were compared. */
  readonly receiptsSeq: number;
  readonly days: readonly ProvedDay[];
  readonly differences: readonly Difference[];
}

/** A stage would not come as far as the others, or went on whenever it was looked at. */
export class StageLags extends Error {
  override readonly name = 'StageLags';
}

/**
 * Compares what every stage holds of a store, read from its tables, at one sequence of the topic of receipts: that
 * which the report has applied. What a stage has applied beyond it is left out; one that is behind is waited for.
 */
export class StoreProver {
  constructor(
    private readonly reader: StageReader,
    private readonly storeId: string,
  ) {}

  async prove(): Promise<StoreProof> {
    const { storeId } = this;
    const { documents, receipts, report, receiptsSeq } = await this.readStableReport();
    const movements = await this.readMovements(receiptsSeq);
    const bi = await this.readBi(receiptsSeq);
    const differences = new Differences(storeId);
    compareDocuments(documents, receipts, differences);
    compareMovements(receipts, movements.states, differences);
    if (movements.balances !== null) compareBalances(movements.states, movements.balances, differences);
    compareReport(receipts, report.lines, differences);
    compareDays(report.days, report.lines, differences);
    if (bi !== null) compareBi(receipts, bi, differences);
    const days = provedDays({
      storeId,
      documents,
      receipts,
      movements: movements.states,
      lines: report.lines,
      bi,
    });
    return { storeId, receiptsSeq, days, differences: differences.found };
  }

  /** The report as of a sequence, and what nomenclature and ingestion say up to the same. */
  private async readStableReport() {
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const head = (await this.reader.streams('nomenclature', receiptsTopicName)).get(this.storeId) ?? 0;
      const receipts = new ReceiptStates();
      let documentsSeq = 0;
      await this.fold<ReceiptRevisedV1>(
        'nomenclature',
        { topic: receiptsTopicName, upToSeq: head },
        (event) => {
          receipts.take(event);
          documentsSeq = Math.max(documentsSeq, event.cause?.seq ?? 0);
        },
      );
      const report = await this.readReport(receipts);
      if (report?.streamSeq !== head) {
        await sleep(pauseMs);
        continue;
      }
      const documents = new DocumentStates();
      await this.fold<DocumentRevisedV1>(
        'ingestion',
        { topic: documentsTopicName, upToSeq: documentsSeq },
        (event) => {
          documents.take(event);
        },
      );
      return { documents, receipts, report, receiptsSeq: head };
    }
    throw new StageLags(`${this.storeId}: the report does not come to rest at the head of the receipts`);
  }

  private async readReport(receipts: ReceiptStates) {
    const dates = [...new Set([...receipts.byId.values()].map(({ businessDate }) => businessDate))].sort();
    const lines: ReportedLine[] = [];
    const days: ReportedDay[] = [];
    let streamSeq: number | null = null;
    for (const period of periodsOf(dates)) {
      const range = { storeId: this.storeId, ...period };
      const foundLines = await this.reader.reportRows<ReportedLine>('lines', range);
      const foundDays = await this.reader.reportRows<ReportedDay>('conservation', range);
      if (foundLines === null || foundLines.streamSeq !== foundDays?.streamSeq) return null;
      if (streamSeq !== null && streamSeq !== foundLines.streamSeq) return null;
      streamSeq = foundLines.streamSeq;
      lines.push(...foundLines.rows);
      days.push(...foundDays.rows);
    }
    return { lines, days, streamSeq: streamSeq ?? 0 };
  }

  private async readMovements(receiptsSeq: number) {
    await this.untilApplied('stock', stageConsumers.stock, receiptsSeq);
    for (let attempt = 1; ; attempt += 1) {
      const head = await this.movementsHead();
      const states = new MovementStates();
      await this.fold<MovementsPostedV1>('stock', { topic: movementsTopicName, upToSeq: head }, (event) => {
        states.take(event, (event.cause?.seq ?? 0) <= receiptsSeq);
      });
      const balances = await this.reader.balances(this.storeId);
      // Balances are of now: they can be compared when nothing was posted meanwhile.
      if ((await this.movementsHead()) === head) return { states, balances };
      if (attempt === attempts) return { states, balances: null };
      await sleep(pauseMs);
    }
  }

  private async movementsHead(): Promise<number> {
    return (await this.reader.streams('stock', movementsTopicName)).get(this.storeId) ?? 0;
  }

  /** Null where rows for BI are switched off. */
  private async readBi(receiptsSeq: number): Promise<BiStates | null> {
    const applied = await this.reader.applied('reporting', receiptsTopicName);
    if (!applied.some(({ consumer }) => consumer === stageConsumers.bi)) return null;
    await this.untilApplied('reporting', stageConsumers.bi, receiptsSeq);
    const head = (await this.reader.streams('reporting', biTopicName)).get(this.storeId) ?? 0;
    const states = new BiStates();
    const stream = { topic: biTopicName, streamKey: this.storeId, upToSeq: head };
    const seqOf = (row: BiReceiptLineV1): number => row.row_seq;
    for await (const row of this.reader.storedEvents<BiReceiptLineV1>('reporting', { ...stream, seqOf })) {
      if (row.row_version <= receiptsSeq) states.take(row);
    }
    return states;
  }

  private async untilApplied(service: ServiceName, consumer: string, receiptsSeq: number): Promise<void> {
    if (receiptsSeq === 0) return;
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const applied = await this.reader.applied(service, receiptsTopicName);
      const own = applied.find((one) => one.consumer === consumer && one.streamKey === this.storeId);
      if ((own?.seq ?? 0) >= receiptsSeq) return;
      await sleep(pauseMs);
    }
    throw new StageLags(`${this.storeId}: ${consumer} does not come to sequence ${String(receiptsSeq)}`);
  }

  private async fold<T extends { readonly streamSeq: number }>(
    service: ServiceName,
    { topic, upToSeq }: { readonly topic: string; readonly upToSeq: number },
    take: (event: T) => void,
  ): Promise<void> {
    const stream = { topic, streamKey: this.storeId, upToSeq, seqOf: (event: T) => event.streamSeq };
    for await (const event of this.reader.storedEvents<T>(service, stream)) take(event);
  }
}

const yearMs = 366 * 86_400_000;

/** Few stretches that hold all dates: a clock of 2099 must not make one of decades. */
function periodsOf(dates: readonly string[]): readonly { readonly from: string; readonly to: string }[] {
  const periods: { from: string; to: string }[] = [];
  for (const date of dates) {
    const last = periods.at(-1);
    if (last !== undefined && Date.parse(date) - Date.parse(last.from) < yearMs) last.to = date;
    else periods.push({ from: date, to: date });
  }
  return periods;
}

interface Stages {
  readonly storeId: string;
  readonly documents: DocumentStates;
  readonly receipts: ReceiptStates;
  readonly movements: MovementStates;
  readonly lines: readonly ReportedLine[];
  readonly bi: BiStates | null;
}

function provedDays({ storeId, documents, receipts, movements, lines, bi }: Stages): readonly ProvedDay[] {
  const days = new Map<string, DayTally>();
  const dayOf = (businessDate: string) => {
    const day = days.get(businessDate) ?? new DayTally(storeId, businessDate, bi === null ? null : 0);
    days.set(businessDate, day);
    return day;
  };
  for (const { isReceipt, stands, businessDate } of documents.byId.values()) {
    if (isReceipt && stands) dayOf(businessDate).documents += 1;
  }
  for (const [documentId, receipt] of receipts.byId) {
    const day = dayOf(receipt.businessDate);
    if (receipt.stands) day.receipts += 1;
    day.lines += receipt.lines.size;
    for (const { stockMilli, amountKopecks } of receipt.lines.values()) {
      if (stockMilli !== 0) day.linesMoving += 1;
      day.amountKopecks += amountKopecks;
    }
    for (const moved of movements.byDocument.get(documentId)?.values() ?? [])
      if (moved !== 0) day.linesMoved += 1;
    if (day.biLines === null) continue;
    for (const row of bi?.byDocument.get(documentId)?.values() ?? []) {
      if (row.line_no > 0 && row.is_deleted === 0) day.biLines += 1;
    }
  }
  for (const { lineNo, businessDate } of lines) if (lineNo > 0) dayOf(businessDate).reportLines += 1;
  return [...days.values()].sort((one, other) => (one.businessDate < other.businessDate ? -1 : 1));
}

class DayTally implements ProvedDay {
  documents = 0;
  receipts = 0;
  lines = 0;
  linesMoving = 0;
  linesMoved = 0;
  reportLines = 0;
  amountKopecks = 0;

  constructor(
    readonly storeId: string,
    readonly businessDate: string,
    public biLines: number | null,
  ) {}
}
