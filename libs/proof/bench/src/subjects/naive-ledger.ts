import { receiptsTopic } from '../inputs/topics';
import { Database } from '@potok/platform-postgres/database';
import type { BenchStage } from '../harness/bench-stage';
import type { Measurement } from '../harness/measurement';
import { measureSteadily } from '../harness/steady-run';
import { fillTopic } from '../inputs/fill-topic';
import { receiptEvent, syntheticReceipts } from '../inputs/receipt-events';
import type { InputSize } from '../inputs/receipt-events';

/** The naive way over fewer receipts: it is measured at its steady pace as well. */
export async function runNaiveLedger(stage: BenchStage, size: InputSize): Promise<Measurement> {
  await fillTopic(stage.kafkaBrokers, receiptsTopic, receiptEvents(size));
  const database = new Database({ url: stage.serviceUrl('stock'), applicationName: 'bench', poolMax: 1 });
  const program = await stage.startProgram('naive-ledger', 'libs/proof/bench/src/naive/naive-ledger-main.js');
  const expected = size.receipts * size.linesPerReceipt;
  try {
    return await measureSteadily(stage, async () => {
      const there = await database.query<{ found: boolean }>(
        `SELECT to_regclass('naive_movement') IS NOT NULL AS found`,
      );
      if (there.rows[0]?.found !== true) return { lines: 0, done: false };
      const { rows } = await database.query<{ lines: bigint }>(
        'SELECT count(*) AS lines FROM naive_movement',
      );
      const lines = Number(rows[0]?.lines ?? 0n);
      return { lines, done: lines === expected };
    });
  } finally {
    await program.stop();
    await database.close();
  }
}

function* receiptEvents(size: InputSize) {
  for (const receipt of syntheticReceipts(size)) yield receiptEvent(receipt);
}
