import type { GatheredArrival } from '@potok/ingestion-domain/completeness/gather-arrivals';
import type { SeriesArrival } from '@potok/ingestion-domain/completeness/series-facts';
import { BinaryRows } from '@potok/platform-postgres/binary-rows';
import type { Tx } from '@potok/platform-postgres/tx';

/** Says that something arrived; whoever states the completeness of the store takes it from there. No lock is taken. */
export async function insertArrivals(tx: Tx, arrivals: readonly GatheredArrival[]): Promise<void> {
  if (arrivals.length === 0) return;
  const rows = new BinaryRows();
  for (const { storeNo, registerNo, seriesNo, receivedAtMs, arrival } of arrivals) {
    rows.row(5).int4(storeNo).int4(registerNo).int4(seriesNo).timestamptz(receivedAtMs);
    rows.text(JSON.stringify(arrival));
  }
  await tx.copyBinary(
    'completeness_arrival (store_no, register_no, series_no, received_at, facts)',
    rows.finish(),
  );
}

export interface TakenArrival {
  readonly registerNo: number;
  readonly seriesNo: number;
  readonly receivedAtMs: number;
  readonly arrival: SeriesArrival;
}

/** Takes what arrived of a store out of the queue, the oldest first. */
export async function takeArrivals(tx: Tx, storeNo: number, limit: number): Promise<readonly TakenArrival[]> {
  const { rows } = await tx.query<{
    arrival_no: bigint;
    register_no: number;
    series_no: number;
    received_at: Date;
    facts: string;
  }>(
    `DELETE FROM completeness_arrival WHERE store_no = $1 AND arrival_no IN (
       SELECT arrival_no FROM completeness_arrival WHERE store_no = $1 ORDER BY arrival_no LIMIT $2)
     RETURNING arrival_no, register_no, series_no, received_at, facts`,
    [storeNo, limit],
  );
  const sorted = [...rows].sort((left, right) => (left.arrival_no < right.arrival_no ? -1 : 1));
  return sorted.map((row) => ({
    registerNo: row.register_no,
    seriesNo: row.series_no,
    receivedAtMs: row.received_at.getTime(),
    arrival: JSON.parse(row.facts) as SeriesArrival,
  }));
}

/** Stores of which something arrived, or of which something is due to be looked at again. */
export async function storesToState(querying: Pick<Tx, 'query'>, nowMs: number): Promise<readonly number[]> {
  const { rows } = await querying.query<{ store_no: number }>(
    `SELECT store_no FROM completeness_arrival GROUP BY store_no
     UNION SELECT store_no FROM completeness_series WHERE look_again_at <= to_timestamp($1::bigint / 1000.0)
     ORDER BY store_no`,
    [nowMs],
  );
  return rows.map((row) => row.store_no);
}
