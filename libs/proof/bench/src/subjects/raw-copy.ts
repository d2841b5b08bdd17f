import { BinaryRows, CHUNK_BYTES } from '@potok/platform-postgres/binary-rows';
import { ChunkPool } from '@potok/platform-postgres/chunk-pool';
import { Database } from '@potok/platform-postgres/database';
import type { BenchStage } from '../harness/bench-stage';
import type { Measurement } from '../harness/measurement';
import { syntheticReceipts } from '../inputs/receipt-events';
import type { InputSize } from '../inputs/receipt-events';
import type { SyntheticReceipt } from '../inputs/documents';

/** As the ledger is configured by default: receipts in a transaction, connections at once. */
export interface CopyShape {
  readonly receiptsPerTransaction: number;
  readonly connections: number;
}

/** The rows of one table as its service writes them: the columns, a primary key and nothing else. */
export interface RawRows {
  readonly service: 'stock' | 'reporting';
  readonly table: string;
  readonly definition: string;
  /** In the order in which `encode` writes them. */
  readonly columns: string;
  readonly encode: (rows: BinaryRows, receipt: SyntheticReceipt) => void;
}

const DAY = 20_514;

export const MOVEMENT_ROWS: RawRows = {
  service: 'stock',
  table: 'raw_movement',
  definition: `(
  movement_seq bigint NOT NULL, posting_seq bigint NOT NULL, quantity_milli bigint NOT NULL, amount_kopecks bigint NOT NULL,
  cost_kopecks bigint, reverses bigint, store_no int NOT NULL, line_no int NOT NULL, location_no int NOT NULL,
  product_no int NOT NULL, recorded_on date NOT NULL, leg smallint NOT NULL, debit smallint NOT NULL,
  credit smallint NOT NULL, PRIMARY KEY (store_no, movement_seq))`,
  columns: `(movement_seq, posting_seq, quantity_milli, amount_kopecks, cost_kopecks, reverses, store_no,
  line_no, location_no, product_no, recorded_on, leg, debit, credit)`,
  encode: encodeMovements,
};

export const REPORT_LINE_ROWS: RawRows = {
  service: 'reporting',
  table: 'raw_receipt_line',
  definition: `(
  store_no int NOT NULL, seq bigint NOT NULL, receipt_seq bigint NOT NULL, quantity_milli bigint NOT NULL,
  amount_kopecks bigint NOT NULL, discount_kopecks bigint NOT NULL, vat_kopecks bigint, line_no int NOT NULL,
  facet_no int NOT NULL, product_no int NOT NULL, business_date date NOT NULL, vat_rate smallint NOT NULL,
  recognition smallint NOT NULL, stock_effect smallint NOT NULL, counted boolean NOT NULL, entry smallint NOT NULL,
  PRIMARY KEY (store_no, seq, line_no, entry))`,
  columns: `(store_no, seq, receipt_seq, quantity_milli, amount_kopecks, discount_kopecks, vat_kopecks, line_no,
  facet_no, product_no, business_date, vat_rate, recognition, stock_effect, counted, entry)`,
  encode: encodeReportLines,
};

/**
 * The limit: binary COPY of the same columns with a primary key and nothing else, same batches and
 * connections, the broker stopped. Rows are encoded within the measured time, as the ledger's are.
 */
export async function runRawCopy(
  stage: BenchStage,
  size: InputSize,
  { rows, ...shape }: CopyShape & { readonly rows: RawRows },
): Promise<Measurement> {
  const database = new Database({
    url: stage.serviceUrl(rows.service),
    applicationName: 'bench',
    poolMax: shape.connections,
  });
  await database.query(`DROP TABLE IF EXISTS ${rows.table}`);
  await database.query(`CREATE TABLE ${rows.table} ${rows.definition}`);
  const batches = batchesOf(size, shape);
  const pool = new ChunkPool(CHUNK_BYTES, 64);
  stage.pauseBroker();
  const before = stage.cpuUs();
  const startMs = performance.now();
  try {
    await Promise.all(
      Array.from({ length: shape.connections }, async () => {
        for (let batch = batches.next(); batch.done !== true; batch = batches.next()) {
          const receipts = batch.value;
          await database.tx((tx) =>
            tx.copyBinary(`${rows.table} ${rows.columns}`, encode(rows, receipts, pool)),
          );
        }
      }),
    );
    const durationMs = performance.now() - startMs;
    const cpuUs = Object.fromEntries(
      [...stage.cpuUs()].map(([name, value]) => [name, value - (before.get(name) ?? 0)]),
    );
    return { lines: size.receipts * size.linesPerReceipt, durationMs, cpuUs };
  } finally {
    stage.resumeBroker();
    await database.query(`DROP TABLE ${rows.table}`);
    await database.close();
  }
}

function* batchesOf(size: InputSize, shape: CopyShape): Generator<SyntheticReceipt[]> {
  let batch: SyntheticReceipt[] = [];
  for (const receipt of syntheticReceipts(size)) {
    batch.push(receipt);
    if (batch.length < shape.receiptsPerTransaction) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function encode(raw: RawRows, receipts: readonly SyntheticReceipt[], pool: ChunkPool) {
  const rows = new BinaryRows(pool);
  for (const receipt of receipts) raw.encode(rows, receipt);
  return rows.finish();
}

function encodeMovements(rows: BinaryRows, receipt: SyntheticReceipt): void {
  let lineNo = 0;
  for (const line of receipt.lines) {
    const movementSeq = (receipt.number - 1) * receipt.lines.length + lineNo + 1;
    lineNo += 1;
    rows.row(14).int8(movementSeq).int8(receipt.number).int8(line.quantityMilli).int8(line.amountKopecks);
    rows.null().null().int4(receipt.storeNo).int4(lineNo).int4(receipt.storeNo).int4(line.productNo);
    rows.date(DAY).int2(0).int2(2).int2(1);
  }
}

function encodeReportLines(rows: BinaryRows, receipt: SyntheticReceipt): void {
  let lineNo = 0;
  for (const line of receipt.lines) {
    lineNo += 1;
    rows.row(16).int4(receipt.storeNo).int8(receipt.number).int8(receipt.number);
    rows.int8(line.quantityMilli).int8(line.amountKopecks).int8(0).null().int4(lineNo).int4(receipt.storeNo);
    rows.int4(line.productNo).date(DAY).int2(5).int2(1).int2(1).bool(true).int2(1);
  }
}
