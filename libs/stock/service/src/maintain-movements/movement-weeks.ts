import type { Transactor } from '@potok/platform-postgres/tx';

const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;
/** 1970-01-05 was a Monday. */
const FIRST_MONDAY_DAY = 4;

/** Weeks that exist ahead of the one being written. */
const WEEKS_AHEAD = 3;

interface Week {
  readonly partition: string;
  readonly from: string;
  readonly to: string;
}

function weekOf(epochMs: number): Week {
  const day = Math.floor(epochMs / DAY_MS);
  const monday = day - ((((day - FIRST_MONDAY_DAY) % WEEK_DAYS) + WEEK_DAYS) % WEEK_DAYS);
  const from = dateText(monday);
  return { partition: `movement_${from.replaceAll('-', '')}`, from, to: dateText(monday + WEEK_DAYS) };
}

function dateText(epochDay: number): string {
  return new Date(epochDay * DAY_MS).toISOString().slice(0, 10);
}

/**
 * Makes the partitions of this week and the next ones; several processes may do so at once. What is recorded outside
 * of all weeks falls into `movement_beyond`: nothing is lost, and the next week can still be made.
 */
export async function ensureMovementWeeks(database: Transactor, nowMs: number): Promise<void> {
  for (let ahead = 0; ahead <= WEEKS_AHEAD; ahead += 1) {
    const week = weekOf(nowMs + ahead * WEEK_DAYS * DAY_MS);
    await database.tx(async (tx) => {
      await tx.query("SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.movement'))");
      const { rows } = await tx.query<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [
        week.partition,
      ]);
      if (rows[0]?.found === true) return;
      await tx.query(
        `CREATE TABLE ${week.partition} PARTITION OF movement (PRIMARY KEY (store_no, movement_seq)) FOR VALUES FROM ('${week.from}') TO ('${week.to}')`,
      );
    });
  }
}

/**
 * Gives each closed week its index by product: built once over all rows it costs a fraction of what it would cost the
 * writers, and the week that is being written is small enough to be read by the store's range.
 */
export async function indexClosedWeeks(database: Transactor, nowMs: number): Promise<readonly string[]> {
  const current = weekOf(nowMs).partition;
  const { rows } = await database.query<{ partition: string }>(
    `SELECT c.relname AS partition FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = to_regclass('movement') AND c.relname ~ '^movement_\\d{8}$' AND c.relname < $1
       AND to_regclass(c.relname || '_product') IS NULL ORDER BY 1`,
    [current],
  );
  for (const { partition } of rows) {
    await database.tx(
      async (tx) => {
        await tx.query("SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.movement'))");
        await tx.query(
          `CREATE INDEX IF NOT EXISTS ${partition}_product ON ${partition} (store_no, product_no, movement_seq)`,
        );
      },
      { statementTimeoutMs: 3_600_000 },
    );
  }
  return rows.map((row) => row.partition);
}
