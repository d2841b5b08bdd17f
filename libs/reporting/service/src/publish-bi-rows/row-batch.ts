import { present } from '@potok/kernel/assert';
import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import { BinaryRows } from '@potok/platform-postgres/binary-rows';
import type { Tx } from '@potok/platform-postgres/tx';
import { encodeEventBlock } from '@potok/platform-publication/event-block';
import type { LockedStream, StreamNumbering } from '@potok/platform-publication/stream';
import type { RowGroup } from './row-json';

const BLOCK_COLUMNS =
  'bi_row_block (store_no, epoch, first_row_seq, last_row_seq, first_receipt_seq, last_receipt_seq, recorded_at, bytes)';
const LATER_COLUMNS = 'bi_later_event (store_no, receipt_seq, later_seq)';
/** Of one block before compression: a relay that sends a part of it inflates all of it. */
const BLOCK_BYTES = 256 * 1024;

interface OpenBlock {
  readonly firstRowSeq: number;
  readonly firstReceiptSeq: number;
  lastReceiptSeq: number;
  bytes: number;
  rows: number;
  readonly groups: Buffer[];
}

interface OpenStore {
  /** 0 until its first rows say it. */
  storeNo: number;
  readonly stream: LockedStream;
  lastRowSeq: number;
  readonly blocks: OpenBlock[];
}

/** The event of the store's receipts that leads to rows. */
export interface RowPlace {
  readonly storeId: string;
  readonly storeNo: number;
  readonly receiptSeq: number;
}

/**
 * The rows of one transaction, under the row locks of their stores' streams: numbered and gathered as they come, `save`
 * writes each table once.
 */
export class RowBatch {
  private readonly later = new BinaryRows();

  private constructor(
    private readonly tx: Tx,
    private readonly numbering: StreamNumbering,
    private readonly stores: ReadonlyMap<string, OpenStore>,
  ) {}

  static async open(tx: Tx, numbering: StreamNumbering, storeIds: readonly string[]): Promise<RowBatch> {
    const streams = await numbering.lock(tx, storeIds);
    const open = [...streams].map(([storeId, stream]): [string, OpenStore] => [
      storeId,
      { storeNo: 0, stream, lastRowSeq: stream.lastSeq, blocks: [] },
    ]);
    return new RowBatch(tx, numbering, new Map(open));
  }

  /** Where the store's next row will stand. */
  next(storeId: string): { readonly rowSeq: number; readonly recordedAtMs: number } {
    const { stream, lastRowSeq } = this.store(storeId);
    return { rowSeq: lastRowSeq + 1, recordedAtMs: stream.recordedAtMs };
  }

  /** The rows that one event of the store's receipts led to. */
  add({ storeId, storeNo, receiptSeq }: RowPlace, group: RowGroup): void {
    if (group.rows === 0) return;
    const store = this.store(storeId);
    store.storeNo = storeNo;
    const block = openBlock(store, receiptSeq);
    block.lastReceiptSeq = receiptSeq;
    block.groups.push(group.bytes);
    block.bytes += group.bytes.length;
    block.rows += group.rows;
    store.lastRowSeq += group.rows;
  }

  /** An event about an earlier receipt: whoever looks for the receipt's rows finds those of this one too. */
  addLater(storeNo: number, receiptSeq: number, laterSeq: number): void {
    this.later.row(3).int4(storeNo).int8(receiptSeq).int8(laterSeq);
  }

  async save(): Promise<void> {
    const moved = [...this.stores.values()].filter(({ blocks }) => blocks.length > 0);
    if (moved.length === 0) return;
    await this.saveStoreNames(moved);
    await this.tx.copyBinary(BLOCK_COLUMNS, encodeBlocks(moved).finish());
    await this.tx.copyBinary(LATER_COLUMNS, this.later.finish());
    await this.numbering.advance(
      this.tx,
      moved.map(({ stream, lastRowSeq }) => ({
        streamKey: stream.streamKey,
        lastSeq: lastRowSeq,
        recordedAtMs: stream.recordedAtMs,
      })),
    );
  }

  /** Of stores whose first rows these are. */
  private async saveStoreNames(moved: readonly OpenStore[]): Promise<void> {
    const fresh = moved.filter(({ stream }) => stream.lastSeq === 0);
    if (fresh.length === 0) return;
    await this.tx.query(
      `INSERT INTO bi_store (store_no, store_id) SELECT * FROM unnest($1::int[], $2::text[]) ON CONFLICT DO NOTHING`,
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

/** The block in hand, or a new one where it is full. */
function openBlock(store: OpenStore, receiptSeq: number): OpenBlock {
  const last = store.blocks.at(-1);
  if (last !== undefined && last.bytes < BLOCK_BYTES) return last;
  const block = {
    firstRowSeq: store.lastRowSeq + 1,
    firstReceiptSeq: receiptSeq,
    lastReceiptSeq: receiptSeq,
    bytes: 0,
    rows: 0,
    groups: [],
  };
  store.blocks.push(block);
  return block;
}

function encodeBlocks(stores: readonly OpenStore[]): BinaryRows {
  const rows = new BinaryRows();
  for (const { storeNo, stream, blocks } of stores) {
    for (const block of blocks) {
      rows.row(8).int4(storeNo).int4(stream.epoch).int8(block.firstRowSeq);
      rows.int8(block.firstRowSeq + block.rows - 1);
      rows.int8(block.firstReceiptSeq).int8(block.lastReceiptSeq).timestamptz(stream.recordedAtMs);
      rows.bytea(encodeEventBlock(block.groups));
    }
  }
  return rows;
}
