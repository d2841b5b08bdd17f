import { assert, present } from '@potok/kernel/assert';
import { BinaryRows } from '@potok/platform-postgres/binary-rows';
import type { ChunkPool } from '@potok/platform-postgres/chunk-pool';
import type { Tx } from '@potok/platform-postgres/tx';
import { standsForOperation } from '@potok/reporting-domain/operations';
import { DailyFigures } from './daily-figures';
import { encodeLine, entriesBetween, LINE_COLUMNS } from './line-rows';
import {
  deleteReceipts,
  encodeReceipt,
  loadReceipts,
  RECEIPT_COLUMNS,
  storeOperationCounted,
} from './receipt-rows';
import type { OperationKey, ReceiptKey } from './receipt-rows';
import { receiptKey } from './receipt-state';
import type { CountedReceipt, ReceiptState } from './receipt-state';
import { ReportShifts } from './report-shifts';
import type { KnownShifts } from './report-shifts';
import { BatchProducts } from './unfolded-products';

/** What the books of a service share. */
export interface BookDesk {
  readonly chunks: ChunkPool;
  readonly knownShifts: KnownShifts;
}

interface OpenReceipt {
  /** As it is stored; null for a receipt of this batch. */
  readonly before: CountedReceipt | null;
  now: ReceiptState;
  operationCounted: boolean;
}

/**
 * The receipts that a batch is about. Lines are encoded as events come; receipts and sums are worked out at the end from
 * what was stored and what stands then, so that a receipt changed twice in a batch counts once.
 */
export class ReportBook {
  private readonly lines: BinaryRows;
  private readonly receipts: BinaryRows;
  /** What the lines of the batch add to the sums by product. */
  readonly products = new BatchProducts();
  private readonly open = new Map<string, OpenReceipt>();

  private constructor(
    private readonly tx: Tx,
    private readonly desk: BookDesk,
    stored: readonly CountedReceipt[],
  ) {
    this.lines = new BinaryRows(desk.chunks);
    this.receipts = new BinaryRows(desk.chunks);
    for (const receipt of stored) {
      this.put({ before: receipt, now: receipt.state, operationCounted: receipt.operationCounted });
    }
  }

  static async open(
    tx: Tx,
    desk: BookDesk,
    wanted: { readonly receipts: readonly ReceiptKey[]; readonly operations: readonly OperationKey[] },
  ): Promise<ReportBook> {
    return new ReportBook(tx, desk, await loadReceipts(tx, wanted.receipts, wanted.operations));
  }

  find(storeNo: number, receiptSeq: number): ReceiptState | null {
    return this.open.get(receiptKey(storeNo, receiptSeq))?.now ?? null;
  }

  register(state: ReceiptState): void {
    assert(this.find(state.storeNo, state.receiptSeq) === null, 'a receipt is registered once');
    for (const line of state.facts.lines) {
      encodeLine(this.lines, line, { state, seq: state.lastSeq, entry: 1 });
      this.products.add(line, state, 1);
    }
    this.put({ before: null, now: state, operationCounted: state.facts.counted });
  }

  change(now: ReceiptState): void {
    const receipt = present(
      this.open.get(receiptKey(now.storeNo, now.receiptSeq)),
      'the receipt that changes',
    );
    for (const { line, state, entry } of entriesBetween(receipt.now, now)) {
      encodeLine(this.lines, line, { state, seq: now.lastSeq, entry });
      this.products.add(line, state, entry);
    }
    receipt.now = now;
  }

  async save(): Promise<void> {
    settleOperations(this.open.values());
    const figures = new DailyFigures();
    const shifts = new ReportShifts(this.desk.knownShifts);
    const replaced: ReceiptKey[] = [];
    const recounted: CountedReceipt[] = [];
    for (const { before, now, operationCounted } of this.open.values()) {
      const counted: CountedReceipt = { state: now, operationCounted };
      if (before !== null && before.state === now) {
        if (before.operationCounted === operationCounted) continue;
        figures.addOperation(now, operationCounted ? 1 : -1);
        recounted.push(counted);
        continue;
      }
      if (before !== null) {
        figures.add(before, -1);
        replaced.push(before.state);
      }
      figures.add(counted, 1);
      shifts.add(now);
      encodeReceipt(this.receipts, counted);
    }
    await deleteReceipts(this.tx, replaced);
    await storeOperationCounted(this.tx, recounted);
    await this.tx.copyBinary(RECEIPT_COLUMNS, this.receipts.finish());
    await this.tx.copyBinary(LINE_COLUMNS, this.lines.finish());
    await figures.save(this.tx);
    await shifts.save(this.tx);
  }

  private put(receipt: OpenReceipt): void {
    this.open.set(receiptKey(receipt.now.storeNo, receipt.now.receiptSeq), receipt);
  }
}

/** Of the receipts of one operation one counts it; the others of each are here, because they were read with it. */
function settleOperations(receipts: Iterable<OpenReceipt>): void {
  const operations = new Map<string, OpenReceipt[]>();
  for (const receipt of receipts) {
    const { storeNo, operationId, facts } = receipt.now;
    receipt.operationCounted = facts.counted;
    if (operationId === null) continue;
    const key = `${String(storeNo)}|${operationId}`;
    const parts = operations.get(key);
    if (parts === undefined) operations.set(key, [receipt]);
    else parts.push(receipt);
  }
  for (const parts of operations.values()) settleOperation(parts);
}

function settleOperation(parts: readonly OpenReceipt[]): void {
  const candidates = parts.map((part) => ({
    part,
    receiptSeq: part.now.receiptSeq,
    counted: part.now.facts.counted,
    operation: part.now.facet.operation,
    purpose: part.now.facet.purpose,
  }));
  const chosen = standsForOperation(candidates)?.part ?? null;
  for (const part of parts) part.operationCounted = part === chosen;
}
