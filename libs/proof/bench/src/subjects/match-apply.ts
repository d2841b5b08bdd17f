import { Database } from '@potok/platform-postgres/database';
import type { BenchStage } from '../harness/bench-stage';
import type { Measurement } from '../harness/measurement';
import { measureSteadily } from '../harness/steady-run';
import { makeProducts, platformApi } from '../inputs/bench-chain';
import { documentEvent } from '../inputs/document-events';
import { fillTopic } from '../inputs/fill-topic';
import { syntheticReceipts } from '../inputs/receipt-events';
import type { InputSize } from '../inputs/receipt-events';
import { documentsTopic } from '../inputs/topics';

/** Documents on the topic → committed decisions of every line: the nomenclature as it is run. */
export async function runMatchApply(stage: BenchStage, size: InputSize): Promise<Measurement> {
  const before = await stage.startApp('nomenclature');
  const api = platformApi(stage, { ingestion: before.url, nomenclature: before.url, stock: before.url });
  await makeProducts(api, size);
  api.close();
  await before.stop();
  await fillTopic(stage.kafkaBrokers, documentsTopic, documentEvents(size));
  const database = new Database({
    url: stage.serviceUrl('nomenclature'),
    applicationName: 'bench',
    poolMax: 1,
  });
  const app = await stage.startApp('nomenclature', { KAFKA_PUBLISH: '0' });
  try {
    return await measureSteadily(stage, async () => {
      const { rows } = await database.query<{ receipts: bigint }>(
        `SELECT coalesce(sum(last_seq), 0)::bigint AS receipts FROM publication_stream
         WHERE topic = 'retail.sales.receipts.v1'`,
      );
      const receipts = Number(rows[0]?.receipts ?? 0n);
      return { lines: receipts * size.linesPerReceipt, done: receipts === size.receipts };
    });
  } finally {
    await app.stop();
    await database.close();
  }
}

function* documentEvents(size: InputSize) {
  for (const receipt of syntheticReceipts(size)) yield documentEvent(receipt);
}
