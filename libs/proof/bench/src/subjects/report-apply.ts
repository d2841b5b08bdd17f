import { Database } from '@potok/platform-postgres/database';
import { fillTopic } from '../inputs/fill-topic';
import { receiptEvent, syntheticReceipts } from '../inputs/receipt-events';
import type { InputSize } from '../inputs/receipt-events';
import { receiptsTopic } from '../inputs/topics';
import type { BenchStage } from '../harness/bench-stage';
import type { Measurement } from '../harness/measurement';
import { measureSteadily } from '../harness/steady-run';

/**
 * Receipts on the topic → committed facts, sums of days and of products, positions and applied sequences: reporting as
 * it is run, without the rows for BI, which have a budget of their own.
 */
export async function runReportApply(stage: BenchStage, size: InputSize): Promise<Measurement> {
  await fillTopic(stage.kafkaBrokers, receiptsTopic, receiptEvents(size));
  const database = new Database({ url: stage.serviceUrl('reporting'), applicationName: 'bench', poolMax: 1 });
  const app = await stage.startApp('reporting', { KAFKA_PUBLISH: '0', BI_ROWS: '0' });
  try {
    return await measureSteadily(stage, async () => {
      const { rows } = await database.query<{ applied: bigint; folded: bigint }>(
        `SELECT coalesce(sum(applied_seq), 0)::bigint AS applied, coalesce(sum(folded_up_to), 0)::bigint AS folded
         FROM store_report JOIN product_fold USING (store_no)`,
      );
      const applied = Number(rows[0]?.applied ?? 0n);
      return { lines: applied * size.linesPerReceipt, done: Number(rows[0]?.folded ?? 0n) === size.receipts };
    });
  } finally {
    await app.stop();
    await database.close();
  }
}

function* receiptEvents(size: InputSize) {
  for (const receipt of syntheticReceipts(size)) yield receiptEvent(receipt);
}
