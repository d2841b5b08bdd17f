import type { Migration } from '@potok/platform-postgres/migrations';

/** Rows of bi.daily-sales.v1 as they are published, and the days whose sums have changed since. */
export const createBiDays: Migration = {
  id: 'reporting-0104-create-bi-days',
  up: `
CREATE TABLE bi_day_mark (
  business_date date NOT NULL,
  facet_no int NOT NULL,
  changes bigint NOT NULL,
  PRIMARY KEY (business_date, facet_no)
) WITH (fillfactor = 50);
INSERT INTO bi_day_mark SELECT business_date, facet_no, 1 FROM daily_facet;

CREATE TABLE bi_daily_sales (
  key text PRIMARY KEY,
  partition int NOT NULL,
  version bigint NOT NULL,
  recorded_at timestamptz NOT NULL,
  sums text NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX bi_daily_sales_partition ON bi_daily_sales (partition, key);
`,
};
