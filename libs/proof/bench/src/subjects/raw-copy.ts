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

const TABLE = `CREATE TABLE raw_movement (
  movement_seq bigint NOT NULL, posting_seq bigint NOT NULL, quantity_milli bigint NOT NULL, amount_kopecks bigint NOT NULL,
  cost_kopecks bigint, reverses bigint, store_no int NOT NULL, line_no int NOT NULL, location_no int NOT NULL,
  product_no int NOT NULL, recorded_on date NOT NULL, leg smallint NOT NULL, debit smallint NOT NULL,
  credit smallint NOT NULL, PRIMARY KEY (store_no, movement_seq))`;
const COLUMNS = `raw_movement (movement_seq, posting_seq, quantity_milli, amount_kopecks, cost_kopecks, reverses, store_no,
  line_no, location_no, product_no, recorded_on, leg, debit, credit)`;
const DAY = 20_514;

/**
 * The limit: binary COPY of the same movement columns with a primary key and nothing else, same batches and
 * connections, the broker stopped. Rows are encoded within the measured time, as the ledger's are.
 */
export async function runRawCopy(stage: BenchStage, size: InputSize, shape: CopyShape): Promise<Measurement> {
  const database = new Database({
    url: stage.serviceUrl('stock'),
    applicationName: 'bench',
    poolMax: shape.connections,
  });
  await database.query('DROP TABLE IF EXISTS raw_movement');
  await database.query(TABLE);
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
          await database.tx((tx) => tx.copyBinary(COLUMNS, encode(receipts, pool)));
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
    await database.query('DROP TABLE raw_movement');
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

function encode(receipts: readonly SyntheticReceipt[], pool: ChunkPool) {
  const rows = new BinaryRows(pool);
  for (const receipt of receipts) {
    let lineNo = 0;
    for (const line of receipt.lines) {
      const movementSeq = (receipt.number - 1) * receipt.lines.length + lineNo + 1;
      lineNo += 1;
      rows.row(14).int8(movementSeq).int8(receipt.number).int8(line.quantityMilli).int8(line.amountKopecks);
      rows.null().null().int4(receipt.storeNo).int4(lineNo).int4(receipt.storeNo).int4(line.productNo);
      rows.date(DAY).int2(0).int2(2).int2(1);
    }
  }
  return rows.finish();
}
