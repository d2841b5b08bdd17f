import type { Transactor, Tx } from '@potok/platform-postgres/tx';

/** A chain that joins brings about a year with it; older receipts fall into the tables' `_beyond`. */
const MONTHS_BACK = 13;
const MONTHS_AHEAD = 2;

const PARTITIONED = [
  { table: 'receipt', key: 'store_no, receipt_seq' },
  { table: 'receipt_line', key: 'store_no, seq, line_no, entry' },
] as const;

interface Month {
  readonly suffix: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Makes the months of facts that are likely to be written; several processes may do so at once. What is dated outside of
 * all months stands in `_beyond`; rows of a month that is made later move there.
 */
export async function ensureReportMonths(database: Transactor, nowMs: number): Promise<void> {
  const months: Month[] = [];
  for (let offset = -MONTHS_BACK; offset <= MONTHS_AHEAD; offset += 1) months.push(monthOf(nowMs, offset));
  await database.tx(async (tx) => {
    await tx.query("SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.report months'))");
    for (const partitioned of PARTITIONED) {
      for (const month of await missingMonths(tx, partitioned.table, months)) {
        await makeMonth(tx, partitioned, month);
      }
    }
  });
}

async function missingMonths(tx: Tx, table: string, months: readonly Month[]): Promise<readonly Month[]> {
  const { rows } = await tx.query<{ partition: string }>(
    'SELECT inhrelid::regclass::text AS partition FROM pg_inherits WHERE inhparent = to_regclass($1)',
    [table],
  );
  const made = new Set(rows.map(({ partition }) => partition));
  return months.filter(({ suffix }) => !made.has(`${table}_${suffix}`));
}

async function makeMonth(tx: Tx, { table, key }: (typeof PARTITIONED)[number], month: Month): Promise<void> {
  const partition = `${table}_${month.suffix}`;
  const range = `business_date >= '${month.from}' AND business_date < '${month.to}'`;
  await tx.query(`LOCK TABLE ${table}_beyond IN ACCESS EXCLUSIVE MODE`);
  await tx.query(`CREATE TABLE ${partition} (LIKE ${table}, PRIMARY KEY (${key}))`);
  await tx.query(
    `WITH moved AS (DELETE FROM ${table}_beyond WHERE ${range} RETURNING *)
     INSERT INTO ${partition} SELECT * FROM moved`,
  );
  await tx.query(
    `ALTER TABLE ${table} ATTACH PARTITION ${partition} FOR VALUES FROM ('${month.from}') TO ('${month.to}')`,
  );
}

function monthOf(nowMs: number, offset: number): Month {
  const now = new Date(nowMs);
  const first = (months: number) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1)).toISOString().slice(0, 10);
  const from = first(offset);
  return { suffix: from.slice(0, 7).replace('-', ''), from, to: first(offset + 1) };
}
