import type { StreamEvent } from '@potok/platform-kafka/stream-event';
import type { Database } from '@potok/platform-postgres/database';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { OPERATIONS, PURPOSES, RECOGNITIONS, STOCK_EFFECTS, VAT_RATES } from '@potok/reporting-domain/codes';
import { ApplyReceiptsHandler } from '../apply-receipts/apply-receipts.handler';
import { reportingMigrations } from '../migrations/reporting-migrations';
import { biStory } from '../testing/bi-story';
import { newReportDesk } from '../testing/report-desk';

const VIEWS = ['completeness', 'daily_sales', 'products', 'receipt_lines', 'receipts', 'shifts', 'stores'];
const STORY = biStory({ seed: 3, stores: 3, steps: 500 });

let test: TestDatabase;
let reader: Database;

beforeAll(async () => {
  test = await createTestDatabase({ migrations: reportingMigrations });
  reader = test.connect({ url: test.readerUrl });
  const handler = new ApplyReceiptsHandler(newReportDesk());
  const apply = (events: readonly StreamEvent[]) => test.database.tx((tx) => handler.handle({ tx, events }));
  for (let from = 0; from < STORY.events.length; from += 25) await apply(STORY.events.slice(from, from + 25));
});
afterAll(() => test.drop());

async function sums(columns: string, view: string): Promise<unknown[]> {
  const { rows } = await reader.query<{ day: string }>(
    `SELECT store_id || '|' || business_date AS day, ${columns} FROM ${view} GROUP BY 1 ORDER BY 1`,
  );
  return rows.map((row) => Object.values(row).map(String));
}

function expected(...members: (keyof Truth)[]): unknown[] {
  return [...STORY.truth]
    .sort()
    .map(([day, truth]) => [day, ...members.map((member) => String(truth[member]))]);
}

type Truth = typeof STORY.truth extends ReadonlyMap<string, infer Value> ? Value : never;

describe('the views for BI, asked by the role that may read nothing else', () => {
  it('receipts, lines and days add up to what is true', async () => {
    expect(
      await sums(
        'sum(sale_receipts + return_receipts) AS receipts, sum(revenue_kop) AS revenue',
        'daily_sales WHERE sale_receipts + return_receipts > 0',
      ),
    ).toEqual(expected('receipts', 'revenueKopecks'));
    expect(
      await sums(
        'count(*) AS receipts, sum(abs(total_kop)) AS total, sum(revenue_kop) AS revenue',
        'receipts',
      ),
    ).toEqual(expected('receipts', 'receiptTotalKopecks', 'revenueKopecks'));
    expect(
      await sums('sum(revenue_kop) AS revenue, sum(abs(amount_kop)) AS amount', 'receipt_lines'),
    ).toEqual(expected('revenueKopecks', 'amountKopecks'));
  });

  it('roubles are the same as kopecks', async () => {
    const { rows } = await reader.query(
      'SELECT 1 FROM daily_sales WHERE revenue_rub * 100 <> revenue_kop UNION ALL SELECT 1 FROM receipts WHERE total_rub * 100 <> total_kop',
    );
    expect(rows).toEqual([]);
  });

  it('every view and every column is explained in Russian', async () => {
    const { rows } = await test.database.query<{ name: string; text: string | null }>(
      `SELECT c.relname AS name, obj_description(c.oid) AS text FROM pg_class c
       WHERE c.relnamespace = 'bi'::regnamespace AND c.relkind = 'v'
       UNION ALL
       SELECT c.relname || '.' || a.attname, col_description(c.oid, a.attnum) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
       WHERE c.relnamespace = 'bi'::regnamespace AND c.relkind = 'v' AND a.attnum > 0`,
    );
    expect(
      rows
        .filter(({ name }) => !name.includes('.'))
        .map(({ name }) => name)
        .sort(),
    ).toEqual(VIEWS);
    expect(rows.filter(({ text }) => !/[а-яё]{3}/i.test(text ?? '')).map(({ name }) => name)).toEqual([]);
  });

  it.each([
    ['a table behind them', 'SELECT * FROM service.receipt'],
    ['rows that are published', 'SELECT * FROM service.bi_row_block'],
    ['quarantine', 'SELECT * FROM service.schema_migration'],
    ['a table of its own', 'CREATE TABLE mine (id int)'],
    ['a change of a view', 'CREATE OR REPLACE VIEW bi.stores AS SELECT 1'],
  ])('the reader is refused %s', async (_what, sql) => {
    await expect(reader.query(sql)).rejects.toMatchObject({
      code: expect.stringMatching(/42501|25006/) as unknown,
    });
  });

  it('the reader asks nothing that takes minutes and writes nothing by mistake', async () => {
    const { rows } = await reader.query(
      `SELECT current_setting('default_transaction_read_only') AS read_only, rolconnlimit AS connections,
              EXISTS (SELECT FROM pg_db_role_setting s WHERE s.setrole = r.oid AND 'statement_timeout=60s' = ANY (s.setconfig)) AS timeout
       FROM pg_roles r WHERE rolname = current_user`,
    );
    expect(rows).toEqual([{ read_only: 'on', connections: 10, timeout: true }]);
  });

  it('codes are spelled as the service spells them', async () => {
    const { rows } = await test.database.query<{ text: string }>(
      `SELECT pg_get_viewdef('bi.receipt_lines'::regclass) AS text`,
    );
    for (const names of [OPERATIONS, PURPOSES, RECOGNITIONS, STOCK_EFFECTS, VAT_RATES]) {
      expect(rows[0]?.text).toContain(`ARRAY[${names.map((name) => `'${name}'::text`).join(', ')}]`);
    }
  });
});
