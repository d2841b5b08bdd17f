import { Database } from '@potok/platform-postgres/database';
import type { BenchStage } from '../harness/bench-stage';
import type { Measurement } from '../harness/measurement';
import { measureSteadily } from '../harness/steady-run';
import { makeStores, platformApi } from '../inputs/bench-chain';
import { requestBodies, sendAll } from '../inputs/http-load';
import type { InputSize } from '../inputs/receipt-events';

export interface IngestRuns {
  /** HTTP → acknowledged by the broker. */
  readonly edge: Measurement;
  /** Inbox → archived, numbered, ready to be published. */
  readonly intake: Measurement;
}

/**
 * The edge and the intake one after the other over the same documents: the intake is held by a lock on its positions
 * while the edge is measured, so that each has the machine for itself.
 */
export async function runIngest(stage: BenchStage, size: InputSize): Promise<IngestRuns> {
  const bodies = requestBodies(size);
  const app = await stage.startApp('register-ingestion', { KAFKA_PUBLISH: '0' });
  const api = platformApi(stage, { ingestion: app.url, nomenclature: app.url, stock: app.url });
  const database = new Database({
    url: stage.serviceUrl('ingestion'),
    applicationName: 'bench',
    poolMax: 2,
    idleInTransactionTimeoutMs: 600_000,
    leakAfterMs: 600_000,
  });
  try {
    const token = await makeStores(api, size);
    const edge = await database.tx(async (tx) => {
      await tx.query('LOCK TABLE consumer_position IN ACCESS EXCLUSIVE MODE');
      return measureEdge(stage, size, () => sendAll(api, token, bodies));
    });
    const intake = await measureSteadily(stage, async () => {
      const receipts = await countDocuments(database);
      return { lines: receipts * size.linesPerReceipt, done: receipts === size.receipts };
    });
    return { edge, intake };
  } finally {
    api.close();
    await app.stop();
    await database.close();
  }
}

/** Lines of this measurement are receipts: the goal is set in receipts a second. */
async function measureEdge(
  stage: BenchStage,
  size: InputSize,
  send: () => Promise<void>,
): Promise<Measurement> {
  const before = stage.cpuUs();
  const startMs = performance.now();
  await send();
  const durationMs = performance.now() - startMs;
  const cpuUs = [...stage.cpuUs()].map(([name, value]) => [name, value - (before.get(name) ?? 0)] as const);
  return { lines: size.receipts, durationMs, cpuUs: Object.fromEntries(cpuUs) };
}

async function countDocuments(database: Database): Promise<number> {
  const { rows } = await database.query<{ documents: bigint }>(
    `SELECT coalesce(sum(last_seq), 0)::bigint AS documents FROM publication_stream
     WHERE topic = 'retail.register.documents.v1'`,
  );
  return Number(rows[0]?.documents ?? 0n);
}
