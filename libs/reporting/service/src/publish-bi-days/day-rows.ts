import { toInstant } from '@potok/kernel/clock';
import { eventTypeOf } from '@potok/kernel/contract';
import { stateHeaders } from '@potok/platform-kafka/event-headers';
import { murmur2Partition } from '@potok/platform-kafka/partitioner';
import { instantArray, integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import type { DirtyRow } from '@potok/platform-publication/state-source';
import type { StatePage, StateRow } from '@potok/platform-publication/stream';
import { biDailySalesV1 } from '@potok/reporting-contracts/bi-daily-sales.v1';
import type { BiDailySalesV1 } from '@potok/reporting-contracts/bi-daily-sales.v1';
import { dailySalesTopic } from '@potok/reporting-contracts/bi-topics';

const TYPE = eventTypeOf(biDailySalesV1);
const SOURCE = '/potok/reporting';

/** The sums of a day, before they are numbered. */
export type DaySums = Omit<BiDailySalesV1, 'row_version' | 'recorded_at'>;

/** The key of the record. */
export function keyOfDay(day: DaySums): string {
  return `${day.store_id}|${day.business_date}|${day.register_id}|${day.legal_entity_id}`;
}

/** Gives each row its next version. */
export async function storeDays(tx: Tx, days: readonly DaySums[], nowMs: number): Promise<DirtyRow[]> {
  const rows = days.map((day) => ({ key: keyOfDay(day), day })).sort((a, b) => (a.key < b.key ? -1 : 1));
  const { rows: stored } = await tx.query<{ key: string; partition: number; version: bigint }>(
    `INSERT INTO bi_daily_sales AS d (key, partition, version, recorded_at, sums)
     SELECT key, partition, 1, recorded_at, sums
     FROM unnest($1::text[], $2::int[], $3::timestamptz[], $4::text[]) v(key, partition, recorded_at, sums)
     ON CONFLICT (key) DO UPDATE SET version = d.version + 1, sums = excluded.sums,
       recorded_at = greatest(d.recorded_at, excluded.recorded_at)
     RETURNING key, partition, version`,
    [
      textArray(rows.map(({ key }) => key)),
      integerArray(rows.map(({ day }) => murmur2Partition(day.store_id, dailySalesTopic.partitions))),
      instantArray(rows.map(() => nowMs)),
      textArray(rows.map(({ day }) => JSON.stringify(day))),
    ],
  );
  return stored.map(({ key, partition, version }) => ({ key, partition, version: Number(version) }));
}

interface StoredDay {
  readonly key: string;
  readonly partition: number;
  readonly version: bigint;
  readonly recorded_at: Date;
  readonly sums: string;
}

export async function loadDays(tx: Tx, keys: readonly string[]): Promise<StateRow[]> {
  const { rows } = await tx.query<StoredDay>('SELECT * FROM bi_daily_sales WHERE key = ANY($1::text[])', [
    textArray(keys),
  ]);
  return rows.map(stateRow);
}

export async function pageOfDays(tx: Tx, { partition, afterKey, limit }: StatePage): Promise<StateRow[]> {
  const { rows } = await tx.query<StoredDay>(
    `SELECT * FROM bi_daily_sales WHERE partition = $1 AND ($2::text IS NULL OR key > $2) ORDER BY key LIMIT $3`,
    [partition, afterKey, limit],
  );
  return rows.map(stateRow);
}

/** A pure function of the stored row, so that a repeat is identical. */
function stateRow(row: StoredDay): StateRow {
  const version = Number(row.version);
  const time = toInstant(row.recorded_at.getTime());
  return {
    key: row.key,
    partition: row.partition,
    version,
    value: Buffer.from(`${row.sums.slice(0, -1)},"row_version":${String(version)},"recorded_at":"${time}"}`),
    headers: stateHeaders({ id: `${row.key}/${String(version)}`, type: TYPE, source: SOURCE, time, version }),
  };
}
