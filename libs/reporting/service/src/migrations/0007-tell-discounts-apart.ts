import type { Migration } from '@potok/platform-postgres/migrations';

/**
 * Discounts by who gave them. Receipts that were applied before this migration keep null: of their discounts only the
 * sum is known, until reporting is rebuilt.
 */
export const tellDiscountsApart: Migration = {
  id: 'reporting-0007-tell-discounts-apart',
  up: `
ALTER TABLE receipt ADD COLUMN discounts text;
COMMENT ON COLUMN receipt.discounts IS 'JSON: code of the origin, how many, amount; three numbers an origin. Null = none';
CREATE TABLE daily_discount (
  business_date date NOT NULL,
  facet_no int NOT NULL,
  origin_code smallint NOT NULL,
  discounts bigint NOT NULL,
  amount_kopecks bigint NOT NULL,
  PRIMARY KEY (business_date, facet_no, origin_code)
) WITH (fillfactor = 70);
`,
};
