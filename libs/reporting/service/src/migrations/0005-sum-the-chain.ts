import type { Migration } from '@potok/platform-postgres/migrations';

/** The sums by product once more over all stores: questions about the chain read some ten thousand rows, not a million. */
export const sumTheChain: Migration = {
  id: 'reporting-0005-sum-the-chain',
  up: `
CREATE TABLE chain_daily_product (LIKE daily_product, PRIMARY KEY (business_date, product_no)) WITH (fillfactor = 70);
ALTER TABLE chain_daily_product DROP COLUMN store_no;
CREATE TABLE chain_monthly_product (LIKE monthly_product, PRIMARY KEY (month, product_no)) WITH (fillfactor = 70);
ALTER TABLE chain_monthly_product DROP COLUMN store_no;
INSERT INTO chain_daily_product
SELECT business_date, product_no, sum(lines), sum(sold_milli), sum(sold_kopecks), sum(returned_milli),
  sum(returned_kopecks), sum(discount_kopecks), sum(advance_kopecks), sum(agent_kopecks)
FROM daily_product GROUP BY 1, 2;
INSERT INTO chain_monthly_product
SELECT month, product_no, sum(lines), sum(sold_milli), sum(sold_kopecks), sum(returned_milli),
  sum(returned_kopecks), sum(discount_kopecks), sum(advance_kopecks), sum(agent_kopecks)
FROM monthly_product GROUP BY 1, 2;
`,
};
