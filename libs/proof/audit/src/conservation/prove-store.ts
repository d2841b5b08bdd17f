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
import type { ReportedLine } from './compare-stages';
import type { Difference, ProvedDay } from './difference';
import type { StageReader } from './stage-reader';
import { BiStates, DocumentStates, MovementStates } from './stage-state';
import type { ReceiptStates } from './stage-state';
import { StoreReport } from './store-report';

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
 * of the report. What a stage has applied beyond it is left out; one that is behind is waited for.
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
    compareBalances(movements.states, movements.balances, differences);
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
    const report = new StoreReport(this.reader, this.storeId, (fromSeq, upToSeq) =>
      this.stored<ReceiptRevisedV1>('nomenclature', { topic: receiptsTopicName, fromSeq, upToSeq }),
    );
    const head = (await this.reader.streams('nomenclature', receiptsTopicName)).get(this.storeId) ?? 0;
    for (let attempt = 1; !(await report.catchUp(head)); attempt += 1) {
      if (attempt === attempts) {
        throw new StageLags(`${this.storeId}: the report does not come to rest at the head of the receipts`);
      }
      await sleep(pauseMs);
    }
    const documents = new DocumentStates();
    const { documentsSeq, receiptsSeq, receipts } = report;
    const stream = { topic: documentsTopicName, fromSeq: 1, upToSeq: documentsSeq };
    for await (const event of this.stored<DocumentRevisedV1>('ingestion', stream)) documents.take(event);
    return { documents, receipts, report, receiptsSeq };
  }

  private async readMovements(receiptsSeq: number) {
    await this.untilApplied('stock', stageConsumers.stock, receiptsSeq);
    const states = new MovementStates();
    const upToSeq = (await this.reader.streams('stock', movementsTopicName)).get(this.storeId) ?? 0;
    const stream = { topic: movementsTopicName, fromSeq: 1, upToSeq };
    for await (const event of this.stored<MovementsPostedV1>('stock', stream)) {
      states.take(event, (event.cause?.seq ?? 0) <= receiptsSeq);
    }
    return { states, balances: await this.reader.balances(this.storeId, states.lastMovementSeq) };
  }

  /** Null where rows for BI are switched off. */
  private async readBi(receiptsSeq: number): Promise<BiStates | null> {
    const applied = await this.reader.applied('reporting', receiptsTopicName);
    if (!applied.some(({ consumer }) => consumer === stageConsumers.bi)) return null;
    await this.untilApplied('reporting', stageConsumers.bi, receiptsSeq);
    const head = (await this.reader.streams('reporting', biTopicName)).get(this.storeId) ?? 0;
    const states = new BiStates();
    const stream = { topic: biTopicName, streamKey: this.storeId, fromSeq: 1, upToSeq: head };
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

  private stored<T extends { readonly streamSeq: number }>(
    service: ServiceName,
    range: { readonly topic: string; readonly fromSeq: number; readonly upToSeq: number },
  ): AsyncIterable<T> {
    const seqOf = (event: T): number => event.streamSeq;
    return this.reader.storedEvents<T>(service, { ...range, streamKey: this.storeId, seqOf });
  }
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
