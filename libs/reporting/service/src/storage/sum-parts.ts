import { integerArray } from '@potok/platform-postgres/array-parameters';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import { PRODUCT_MEASURES } from '@potok/reporting-domain/product-measures';

export const SUM_COLUMNS = `sales_sums (kind, store_no, period, item_count, item_nos, ${PRODUCT_MEASURES.join(', ')})`;

/** Periods of stores, a list for each member; a period by its first day, since 1970. */
export interface PeriodKeys {
  readonly kinds: number[];
  readonly stores: number[];
  readonly periods: number[];
}

/** Parts of one period may become so many before they are made fewer. */
const PARTS_MAX = 8;
const MANY = { parts: PARTS_MAX, whole: false };
/** Into one, however large its parts are. */
const WHOLE = { parts: 2, whole: true };

/** Periods that one transaction merges whole, so that it stays short. */
const PERIODS_AT_ONCE = 100;
/** Little comes to a day, or to a month, that has been over for so long. */
const OVER_FOR_DAYS = 3;

/**
 * Makes many parts of a period fewer: all up to the largest that is no larger than the smaller ones together, so that
 * what stands is never much more than what it comes to, and no sum is written again more often than its size doubles.
 * A part that another process merges right now is left to it.
 */
export async function mergeParts(tx: Tx, periods: PeriodKeys): Promise<void> {
  await merge(tx, periods, MANY);
}

/** Makes one part of each period that is over: what is asked about most is then as small as it gets. */
export async function mergePastPeriods(database: Transactor): Promise<void> {
  let found = PERIODS_AT_ONCE;
  let last = [0, 0, 0];
  while (found === PERIODS_AT_ONCE) {
    const after = last;
    const keys = await database.tx(async (tx) => {
      const { rows } = await tx.query<{ kind: number; store_no: number; day: number }>(PAST, [
        ...after,
        OVER_FOR_DAYS,
        PERIODS_AT_ONCE,
      ]);
      const periods = {
        kinds: rows.map(({ kind }) => kind),
        stores: rows.map(({ store_no }) => store_no),
        periods: rows.map(({ day }) => day),
      };
      await merge(tx, periods, WHOLE);
      return rows;
    });
    found = keys.length;
    const end = keys.at(-1);
    if (end !== undefined) last = [end.kind, end.store_no, end.day];
  }
}

const PAST = `
SELECT kind, store_no, period - '1970-01-01'::date AS day FROM sales_sums
WHERE (kind, store_no, period) > ($1::smallint, $2::int, '1970-01-01'::date + $3::int)
  AND CASE WHEN kind IN (1, 3) THEN period + 1 ELSE (period + interval '1 month')::date END < current_date - $4::int
GROUP BY kind, store_no, period HAVING count(*) > 1 ORDER BY kind, store_no, period LIMIT $5`;

async function merge(
  tx: Tx,
  { kinds, stores, periods }: PeriodKeys,
  { parts, whole }: typeof MANY,
): Promise<void> {
  if (kinds.length === 0) return;
  await tx.query(MERGE, [integerArray(kinds), integerArray(stores), integerArray(periods), parts, whole]);
}

const MERGE = `
WITH touched AS (
  SELECT DISTINCT kind, store_no, '1970-01-01'::date + period AS period
  FROM unnest($1::smallint[], $2::int[], $3::int[]) t(kind, store_no, period)
), ranked AS (
  SELECT kind, store_no, period, part_no, item_count, count(*) OVER whole AS parts,
    row_number() OVER by_size AS place, sum(item_count) OVER by_size - item_count AS smaller
  FROM touched JOIN sales_sums USING (kind, store_no, period)
  WINDOW whole AS (PARTITION BY kind, store_no, period),
    by_size AS (PARTITION BY kind, store_no, period ORDER BY item_count, part_no)
), bound AS (
  SELECT kind, store_no, period, max(place) FILTER (WHERE $5 OR smaller >= item_count) AS place
  FROM ranked WHERE parts >= $4 GROUP BY 1, 2, 3
), chosen AS MATERIALIZED (
  SELECT s.kind, s.store_no, s.period, s.part_no
  FROM bound b JOIN ranked r USING (kind, store_no, period)
  JOIN sales_sums s USING (kind, store_no, period, part_no)
  WHERE r.place <= b.place ORDER BY 1, 2, 3, 4 FOR UPDATE OF s SKIP LOCKED
), gone AS (
  DELETE FROM sales_sums s USING chosen c
  WHERE (s.kind, s.store_no, s.period, s.part_no) = (c.kind, c.store_no, c.period, c.part_no) RETURNING s.*
), item AS (
  SELECT kind, store_no, period, unnest(item_nos) AS item_no, ${PRODUCT_MEASURES.map((name) => `unnest(${name}) AS ${name}`).join(', ')}
  FROM gone
), summed AS (
  SELECT kind, store_no, period, item_no, ${PRODUCT_MEASURES.map((name) => `total(${name}) AS ${name}`).join(', ')}
  FROM item GROUP BY 1, 2, 3, 4
)
INSERT INTO ${SUM_COLUMNS}
SELECT kind, store_no, period, count(*), array_agg(item_no), ${PRODUCT_MEASURES.map(
  (name) => `CASE WHEN bool_or(${name} <> 0) THEN array_agg(${name}) END`,
).join(', ')}
FROM summed GROUP BY 1, 2, 3`;
