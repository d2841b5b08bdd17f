import { Database } from '@potok/platform-postgres/database';
import type { BenchStage } from '../harness/bench-stage';
import type { Measurement } from '../harness/measurement';
import { makeProducts, makeStores, platformApi } from '../inputs/bench-chain';
import { requestBodies, sendAll } from '../inputs/http-load';
import type { InputSize } from '../inputs/receipt-events';

const POLL_MS = 100;
const DEADLINE_MS = 600_000;

/**
 * HTTP in → balances, movements and balances published, sums of reports (and rows for BI, where they are asked for):
 * every service as a process of its own, so that the CPU of each hop is seen. Measured from the first request until
 * all of it is done.
 */
export async function runEndToEnd(
  stage: BenchStage,
  size: InputSize,
  { biRows }: { readonly biRows: boolean },
): Promise<Measurement> {
  const bodies = requestBodies(size);
  const ingestion = await stage.startApp('register-ingestion');
  const nomenclature = await stage.startApp('nomenclature');
  const stock = await stage.startApp('stock-ledger');
  const reporting = await stage.startApp('reporting', { BI_ROWS: biRows ? '1' : '0' });
  const api = platformApi(stage, {
    ingestion: ingestion.url,
    nomenclature: nomenclature.url,
    stock: stock.url,
  });
  const ledger = new Database({ url: stage.serviceUrl('stock'), applicationName: 'bench', poolMax: 1 });
  const reports = new Database({ url: stage.serviceUrl('reporting'), applicationName: 'bench', poolMax: 1 });
  try {
    const token = await makeStores(api, size);
    await makeProducts(api, size);
    const before = stage.cpuUs();
    const startMs = performance.now();
    await sendAll(api, token, bodies);
    await waitForBalances(ledger, size);
    await waitForReports(reports, size);
    const durationMs = performance.now() - startMs;
    const cpuUs = [...stage.cpuUs()].map(([name, value]) => [name, value - (before.get(name) ?? 0)] as const);
    return { lines: size.receipts * size.linesPerReceipt, durationMs, cpuUs: Object.fromEntries(cpuUs) };
  } finally {
    api.close();
    await Promise.all([ingestion, nomenclature, stock, reporting].map((app) => app.stop()));
    await Promise.all([ledger.close(), reports.close()]);
  }
}

async function waitForBalances(database: Database, size: InputSize): Promise<void> {
  const expected = size.receipts * size.linesPerReceipt;
  const deadlineMs = performance.now() + DEADLINE_MS;
  for (;;) {
    const { rows } = await database.query<{ folded: bigint; unpublished: bigint; behind: bigint }>(
      `SELECT (SELECT coalesce(sum(folded_up_to), 0)::bigint FROM store_fold) AS folded,
              (SELECT count(*) FROM balance_change) AS unpublished,
              (SELECT coalesce(sum(s.last_seq - coalesce(p.published_up_to, 0)), 0)::bigint FROM publication_stream s
               LEFT JOIN publication_progress p USING (topic, stream_key, epoch)) AS behind`,
    );
    const row = rows[0];
    if (Number(row?.folded) === expected && row?.unpublished === 0n && row.behind === 0n) return;
    if (performance.now() > deadlineMs)
      throw new Error(`only ${String(row?.folded)} of ${String(expected)} lines folded`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Every receipt is in the sums, and what goes to BI is on its topics. */
async function waitForReports(database: Database, { receipts }: InputSize): Promise<void> {
  const deadlineMs = performance.now() + DEADLINE_MS;
  for (;;) {
    const { rows } = await database.query<{ applied: bigint; behind: bigint }>(
      `SELECT (SELECT coalesce(min(total), 0)::bigint FROM (SELECT sum(seq) AS total FROM stream_applied
               WHERE topic = 'retail.sales.receipts.v1' GROUP BY consumer) AS consumers) AS applied,
              (SELECT coalesce(sum(s.last_seq - coalesce(p.published_up_to, 0)), 0)::bigint FROM publication_stream s
               LEFT JOIN publication_progress p USING (topic, stream_key, epoch)) AS behind`,
    );
    const row = rows[0];
    if (Number(row?.applied) === receipts && row?.behind === 0n) return;
    if (performance.now() > deadlineMs)
      throw new Error(`only ${String(row?.applied)} of ${String(receipts)} receipts in the reports`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
