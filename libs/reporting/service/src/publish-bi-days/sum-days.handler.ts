import type { Clock } from '@potok/kernel/clock';
import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import type { DirtyTableStateSource } from '@potok/platform-publication/state-source';
import { storeDays } from './day-rows';
import type { DaySums } from './day-rows';

/** Facets and days that one transaction takes at most. */
const MARKS_MAX = 2_000;

interface Mark {
  /** YYYY-MM-DD. */
  readonly day: string;
  readonly facet_no: number;
  readonly store_no: number;
  readonly changes: bigint;
}

export interface SumDaysOptions {
  readonly database: Transactor;
  readonly clock: Clock;
  readonly source: DirtyTableStateSource;
}

/**
 * Makes the published rows of days that changed. Marks are read first, sums after them, and a mark goes only if it is
 * as it was read: a change that comes in between is in the sums, in the next ones, or in both.
 */
export class SumDaysHandler {
  constructor(private readonly options: SumDaysOptions) {}

  /** How many marks were dealt with; 0 also while another process does it. */
  sumChanged(): Promise<number> {
    const { database, clock, source } = this.options;
    return database.tx(async (tx) => {
      if (!(await alone(tx))) return 0;
      const marks = await readMarks(tx);
      if (marks.length === 0) return 0;
      const changed = await storeDays(tx, await readSums(tx, marks), clock.nowMs());
      await source.markDirty(tx, changed);
      await clearMarks(tx, marks);
      return marks.length;
    });
  }
}

async function alone(tx: Tx): Promise<boolean> {
  const { rows } = await tx.query<{ locked: boolean }>(
    `SELECT pg_try_advisory_xact_lock(hashtextextended('bi days ' || current_schema(), 0)) AS locked`,
  );
  return rows[0]?.locked === true;
}

async function readMarks(tx: Tx): Promise<readonly Mark[]> {
  const { rows } = await tx.query<Mark>(
    `SELECT m.business_date::text AS day, m.facet_no, f.store_no, m.changes
     FROM bi_day_mark m JOIN facet f USING (facet_no) ORDER BY m.business_date DESC LIMIT $1`,
    [MARKS_MAX],
  );
  return rows;
}

type SumRow = Readonly<Record<keyof DaySums, string | number | bigint | null>>;

/** Every register of the marked stores and days: their sums by the one definition, that of the view. */
async function readSums(tx: Tx, marks: readonly Mark[]): Promise<DaySums[]> {
  const { rows } = await tx.query<SumRow>(
    `WITH wanted AS (SELECT DISTINCT * FROM unnest($1::int[], $2::date[]) w(store_no, business_date))
     SELECT v.store_id, v.store_no, v.register_id, v.legal_entity_id, v.business_date::text AS business_date,
       v.as_of_seq, v.as_of_root_seq, v.sale_receipts, v.return_receipts, v.purchases, v.revenue_kop, v.sales_kop,
       v.returns_kop, v.discount_kop, v.advance_kop, v.credit_payment_kop, v.agent_kop, v.rounding_kop, v.total_kop,
       v.cash_kop, v.electronic_kop, v.prepaid_kop, v.credit_kop, v.provision_kop
     FROM bi.daily_sales v
     WHERE v.business_date = ANY ($2::date[]) AND (v.store_no, v.business_date) IN (SELECT * FROM wanted)`,
    [integerArray(marks.map((mark) => mark.store_no)), textArray(marks.map((mark) => mark.day))],
  );
  return rows.map(sumsOf);
}

/** A bigint becomes a number: sums of a day stay far below 2^53. */
function sumsOf(row: SumRow): DaySums {
  const members = Object.entries(row).map(([name, value]) => [
    name,
    typeof value === 'bigint' ? Number(value) : value,
  ]);
  return Object.fromEntries(members) as DaySums;
}

/** Those that a batch has in hand stay: nobody waits here for anybody. */
async function clearMarks(tx: Tx, marks: readonly Mark[]): Promise<void> {
  await tx.query(
    `DELETE FROM bi_day_mark WHERE (business_date, facet_no) IN (
       SELECT m.business_date, m.facet_no FROM bi_day_mark m
       JOIN unnest($1::date[], $2::int[], $3::bigint[]) seen(business_date, facet_no, changes)
         ON seen.business_date = m.business_date AND seen.facet_no = m.facet_no AND seen.changes = m.changes
       FOR UPDATE OF m SKIP LOCKED)`,
    [
      textArray(marks.map((mark) => mark.day)),
      integerArray(marks.map((mark) => mark.facet_no)),
      integerArray(marks.map((mark) => mark.changes)),
    ],
  );
}
