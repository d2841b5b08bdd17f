import { Database } from '@potok/platform-postgres/database';
import { receiptsTopic } from '../inputs/topics';
import type { BenchStage } from '../harness/bench-stage';
import { measureSteadily } from '../harness/steady-run';
import type { Measurement } from '../harness/measurement';
import { fillTopic } from '../inputs/fill-topic';
import { receiptEvent, syntheticReceipts } from '../inputs/receipt-events';
import type { InputSize } from '../inputs/receipt-events';

/** Receipts on the topic → committed movements, balances, positions and applied sequences: the ledger as it is run. */
export async function runLedgerApply(stage: BenchStage, size: InputSize): Promise<Measurement> {
  await fillTopic(stage.kafkaBrokers, receiptsTopic, receiptEvents(size));
  const database = new Database({ url: stage.serviceUrl('stock'), applicationName: 'bench', poolMax: 1 });
  const app = await stage.startApp('stock-ledger', { KAFKA_PUBLISH: '0' });
  const expected = size.receipts * size.linesPerReceipt;
  try {
    return await measureSteadily(stage, async () => {
      const { rows } = await database.query<{ movements: bigint; folded: bigint }>(
        `SELECT coalesce(sum(last_movement_seq), 0)::bigint AS movements, coalesce(sum(folded_up_to), 0)::bigint AS folded
         FROM store_ledger JOIN store_fold USING (store_no)`,
      );
      return { lines: Number(rows[0]?.movements ?? 0n), done: Number(rows[0]?.folded ?? 0n) === expected };
    });
  } finally {
    await app.stop();
    await database.close();
  }
}

function* receiptEvents(size: InputSize) {
  for (const receipt of syntheticReceipts(size)) yield receiptEvent(receipt);
}
