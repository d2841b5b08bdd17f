import { present } from '@potok/kernel/assert';
import { toInstant } from '@potok/kernel/clock';
import type { WholeDecidedLine } from '@potok/nomenclature-contracts/decided-line';
import { barcodeKey } from '@potok/nomenclature-domain/match-line';
import type { ReceiptLine } from '@potok/nomenclature-domain/receipt-document';
import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import { BinaryRows } from '@potok/platform-postgres/binary-rows';
import type { Tx } from '@potok/platform-postgres/tx';
import { encodeEventBlock } from '@potok/platform-publication/event-block';
import type { RecentBlock, RecentBlocks } from '@potok/platform-publication/recent-blocks';
import type { LockedStream, StreamNumbering } from '@potok/platform-publication/stream';
import { addUnlinked } from './unlinked-receipts';
import type { UnlinkedReceipt } from './unlinked-receipts';

const BLOCK_COLUMNS = 'event_block (store_no, epoch, first_seq, last_seq, recorded_at, bytes)';
const RECEIPT_COLUMNS =
  'receipt (document_id, store_no, receipt_seq, revision, last_decision_no, root_seq, fpd, sold)';
const LATER_EVENT_COLUMNS = 'receipt_event (store_no, receipt_seq, event_seq)';
const UNDECIDED_COLUMNS =
  'undecided_line (store_no, receipt_seq, line_no, document_id, why, operation, product_no, quantity_milli, ' +
  'amount_kopecks, business_date, ledger_at, recorded_at)';
const UNMATCHED_COLUMNS =
  'unmatched_line (store_no, receipt_seq, line_no, product_no, barcode, barcode_key, article, external_code, ' +
  'external_systems, quantity_milli, amount_kopecks, stock_effect, recognition, rule_version, location_id, location_no, ledger_at, ' +
  'catalogue_version, recorded_at, sale_line_no, ' +
  'fraction_numerator, fraction_denominator)';

const DAY_MS = 86_400_000;

interface OpenStore {
  readonly storeNo: number;
  readonly stream: LockedStream;
  /** Of its events, RFC 3339. */
  readonly recordedAt: string;
  readonly values: Buffer[];
}

export interface DecisionPublication {
  readonly numbering: StreamNumbering;
  /** For the relay of this process, where it has one. */
  readonly recent?: RecentBlocks | undefined;
}

export interface StoredReceipt {
  readonly documentId: string;
  readonly receiptSeq: number;
  readonly revision: number;
  readonly rootSeq: number;
  readonly fpd: number | null;
  /** Packed lines of a sale, written at once. */
  readonly sold: Uint8Array | null;
}

/** A line, or with number 0 a whole receipt, whose effect a person has to decide. */
export interface UndecidedLine {
  readonly receiptSeq: number;
  readonly lineNo: number;
  readonly documentId: string;
  readonly why: 'correction' | 'buying' | 'failed' | 'other';
  readonly operation: string;
  readonly productNo: number | null;
  readonly quantityMilli: number;
  readonly amountKopecks: number;
  readonly businessDate: string;
  readonly ledgerAtMs: number;
}

export interface WaitingLine {
  readonly receiptSeq: number;
  readonly line: ReceiptLine;
  /** Schemes by which senders name the document. */
  readonly systems: readonly string[];
  readonly decided: WholeDecidedLine;
  readonly ledgerAtMs: number;
  readonly catalogueVersion: number;
}

/**
 * The decisions of one transaction, under the row locks of the stores' streams: events are numbered and gathered as
 * they come, `save` writes each table once.
 */
export class DecisionBatch {
  private readonly receipts = new BinaryRows();
  private readonly unmatched = new BinaryRows();
  private readonly undecided = new BinaryRows();
  private readonly laterEvents = new BinaryRows();
  private readonly unlinked: UnlinkedReceipt[] = [];

  private constructor(
    private readonly tx: Tx,
    private readonly publication: DecisionPublication,
    private readonly stores: ReadonlyMap<string, OpenStore>,
  ) {}

  static async open(
    tx: Tx,
    publication: DecisionPublication,
    stores: ReadonlyMap<string, number>,
  ): Promise<DecisionBatch> {
    const streams = await publication.numbering.lock(tx, [...stores.keys()]);
    const open = [...stores].map(([storeId, storeNo]): [string, OpenStore] => {
      const stream = present(streams.get(storeId), `stream of ${storeId}`);
      return [storeId, { storeNo, stream, recordedAt: toInstant(stream.recordedAtMs), values: [] }];
    });
    return new DecisionBatch(tx, publication, new Map(open));
  }

  /** Where the store's next event will stand. */
  next(storeId: string): { readonly epoch: number; readonly seq: number; readonly recordedAt: string } {
    const { stream, recordedAt, values } = this.store(storeId);
    return {
      epoch: stream.epoch,
      seq: stream.lastSeq + values.length + 1,
      recordedAt,
    };
  }

  addEvent(storeId: string, value: Buffer): void {
    this.store(storeId).values.push(value);
  }

  addReceipt(storeId: string, receipt: StoredReceipt): void {
    const { fpd, sold } = receipt;
    const rows = this.receipts.row(8).uuid(receipt.documentId).int4(this.store(storeId).storeNo);
    rows.int8(receipt.receiptSeq).int4(receipt.revision).int4(0).int8(receipt.rootSeq);
    if (fpd === null) rows.null();
    else rows.int8(fpd);
    if (sold === null) rows.null();
    else rows.bytea(sold);
  }

  /** The store's next event is about an earlier receipt. */
  addLaterEvent(storeId: string, receiptSeq: number, value: Buffer): void {
    const { seq } = this.next(storeId);
    this.laterEvents.row(3).int4(this.store(storeId).storeNo).int8(receiptSeq).int8(seq);
    this.addEvent(storeId, value);
  }

  /** It names a receipt that is not known yet. */
  addUnlinked(storeId: string, receipt: Pick<UnlinkedReceipt, 'receiptSeq' | 'references'>): void {
    const { storeNo, stream } = this.store(storeId);
    this.unlinked.push({ ...receipt, storeNo, recordedAtMs: stream.recordedAtMs });
  }

  addUndecided(storeId: string, line: UndecidedLine): void {
    const { storeNo, stream } = this.store(storeId);
    const rows = this.undecided.row(12).int4(storeNo).int8(line.receiptSeq).int4(line.lineNo);
    rows.uuid(line.documentId).text(line.why).text(line.operation);
    if (line.productNo === null) rows.null();
    else rows.int4(line.productNo);
    rows.int8(line.quantityMilli).int8(line.amountKopecks);
    rows.date(Math.floor(Date.parse(line.businessDate) / DAY_MS));
    rows.timestamptz(line.ledgerAtMs).timestamptz(stream.recordedAtMs);
  }

  addUnmatched(storeId: string, waiting: WaitingLine): void {
    const { storeNo, stream } = this.store(storeId);
    const { line, decided } = waiting;
    const rows = this.unmatched
      .row(22)
      .int4(storeNo)
      .int8(waiting.receiptSeq)
      .int4(line.lineNo)
      .int4(decided.productNo);
    nullable(rows, line.barcode);
    nullable(rows, line.barcode === undefined ? undefined : barcodeKey(line.barcode));
    nullable(rows, line.article);
    nullable(rows, line.externalCode);
    nullable(rows, line.externalCode === undefined ? undefined : waiting.systems.join(' '));
    rows
      .int8(line.quantityMilli)
      .int8(line.amountKopecks)
      .text(decided.stockEffect)
      .text(decided.recognition);
    rows
      .int4(decided.ruleVersion)
      .text(decided.locationId)
      .int4(decided.locationNo)
      .timestamptz(waiting.ledgerAtMs);
    rows.int8(waiting.catalogueVersion).timestamptz(stream.recordedAtMs);
    if (decided.saleLineNo === undefined) rows.null();
    else rows.int4(decided.saleLineNo);
    if (line.fraction === undefined) rows.null().null();
    else rows.int8(line.fraction.numerator).int8(line.fraction.denominator);
  }

  async save(): Promise<void> {
    const moved = [...this.stores.values()].filter(({ values }) => values.length > 0);
    if (moved.length === 0) return;
    await this.saveStoreNames(moved);
    const blocks = new BinaryRows();
    for (const { storeNo, stream, values } of moved) {
      blocks
        .row(6)
        .int4(storeNo)
        .int4(stream.epoch)
        .int8(stream.lastSeq + 1)
        .int8(stream.lastSeq + values.length);
      blocks.timestamptz(stream.recordedAtMs).bytea(encodeEventBlock(values));
    }
    await this.tx.copyBinary(BLOCK_COLUMNS, blocks.finish());
    await this.tx.copyBinary(RECEIPT_COLUMNS, this.receipts.finish());
    await this.tx.copyBinary(UNMATCHED_COLUMNS, this.unmatched.finish());
    await this.copyRare(LATER_EVENT_COLUMNS, this.laterEvents);
    await this.copyRare(UNDECIDED_COLUMNS, this.undecided);
    await addUnlinked(this.tx, this.unlinked);
    this.publication.recent?.keep(this.tx, moved.map(blockOf));
    await this.publication.numbering.advance(
      this.tx,
      moved.map(({ stream, values }) => ({
        streamKey: stream.streamKey,
        lastSeq: stream.lastSeq + values.length,
        recordedAtMs: stream.recordedAtMs,
      })),
    );
  }

  /** Most batches have none: no statement then. */
  private async copyRare(columns: string, rows: BinaryRows): Promise<void> {
    if (rows.rows > 0) await this.tx.copyBinary(columns, rows.finish());
  }

  /** Of stores whose first events these are. */
  private async saveStoreNames(moved: readonly OpenStore[]): Promise<void> {
    const fresh = moved.filter(({ stream }) => stream.lastSeq === 0);
    if (fresh.length === 0) return;
    await this.tx.query(
      `INSERT INTO store_name (store_no, store_id) SELECT * FROM unnest($1::int[], $2::text[]) ON CONFLICT DO NOTHING`,
      [
        integerArray(fresh.map(({ storeNo }) => storeNo)),
        textArray(fresh.map(({ stream }) => stream.streamKey)),
      ],
    );
  }

  private store(storeId: string): OpenStore {
    return present(this.stores.get(storeId), `open stream of ${storeId}`);
  }
}

function blockOf({ storeNo, stream, values }: OpenStore): RecentBlock {
  const { epoch, lastSeq, recordedAtMs } = stream;
  return { streamNo: storeNo, epoch, firstSeq: lastSeq + 1, recordedAtMs, values };
}

function nullable(rows: BinaryRows, value: string | undefined): void {
  if (value === undefined) rows.null();
  else rows.text(value);
}
