-- Written by `npm run generate` from the contract of the topic. To change a column, change it there.
-- DuckDB. deploy/bi/duckdb/load.py fills the table from bi.daily-sales.v1.
CREATE TABLE IF NOT EXISTS daily_sales
(
    store_id VARCHAR NOT NULL,
    store_no INTEGER NOT NULL,
    legal_entity_id VARCHAR NOT NULL,
    register_id VARCHAR NOT NULL,
    business_date DATE NOT NULL,
    row_version BIGINT NOT NULL,
    as_of_seq BIGINT NOT NULL,
    as_of_root_seq BIGINT,
    recorded_at TIMESTAMP NOT NULL,
    sale_receipts BIGINT NOT NULL,
    return_receipts BIGINT NOT NULL,
    purchases BIGINT NOT NULL,
    revenue_kop BIGINT NOT NULL,
    sales_kop BIGINT NOT NULL,
    returns_kop BIGINT NOT NULL,
    discount_kop BIGINT NOT NULL,
    advance_kop BIGINT NOT NULL,
    credit_payment_kop BIGINT NOT NULL,
    agent_kop BIGINT NOT NULL,
    rounding_kop BIGINT NOT NULL,
    total_kop BIGINT NOT NULL,
    cash_kop BIGINT NOT NULL,
    electronic_kop BIGINT NOT NULL,
    prepaid_kop BIGINT NOT NULL,
    credit_kop BIGINT NOT NULL,
    provision_kop BIGINT NOT NULL,
    PRIMARY KEY (store_id, business_date, register_id, legal_entity_id, row_version)
);

-- One row a key, the last one, without those that were taken back.
CREATE OR REPLACE VIEW daily_sales_now AS
SELECT * FROM daily_sales
QUALIFY row_number() OVER (PARTITION BY store_id, business_date, register_id, legal_entity_id ORDER BY row_version DESC) = 1;

COMMENT ON COLUMN daily_sales.store_id IS 'Store; the platform''s own identifier, at most 40 characters, never reused';
COMMENT ON COLUMN daily_sales.store_no IS 'The integer twin of the platform''s identifier';
COMMENT ON COLUMN daily_sales.legal_entity_id IS 'Legal entity';
COMMENT ON COLUMN daily_sales.register_id IS 'Register (касса); empty where it is not known';
COMMENT ON COLUMN daily_sales.business_date IS 'Business date of the store, YYYY-MM-DD';
COMMENT ON COLUMN daily_sales.row_version IS 'Grows with every later row of the same key: the row with the highest one holds';
COMMENT ON COLUMN daily_sales.as_of_seq IS 'What of the store is counted: up to this event of retail.sales.receipts.v1';
COMMENT ON COLUMN daily_sales.as_of_root_seq IS 'What of the store is counted: up to this document of retail.register.documents.v1';
COMMENT ON COLUMN daily_sales.recorded_at IS 'When this row was made, UTC';
COMMENT ON COLUMN daily_sales.sale_receipts IS 'Receipts of operation sale';
COMMENT ON COLUMN daily_sales.return_receipts IS 'Receipts of operation return';
COMMENT ON COLUMN daily_sales.purchases IS 'Purchases: several receipts of one operation are one';
COMMENT ON COLUMN daily_sales.revenue_kop IS 'Own turnover, returns taken off';
COMMENT ON COLUMN daily_sales.sales_kop IS 'Own turnover before customers'' returns';
COMMENT ON COLUMN daily_sales.returns_kop IS 'Customers'' returns';
COMMENT ON COLUMN daily_sales.discount_kop IS 'Discounts, where tills tell of them';
COMMENT ON COLUMN daily_sales.advance_kop IS 'Advances and prepayments: money, no turnover';
COMMENT ON COLUMN daily_sales.credit_payment_kop IS 'Payments of credits: money, no turnover';
COMMENT ON COLUMN daily_sales.agent_kop IS 'Sold as an agent: not own turnover';
COMMENT ON COLUMN daily_sales.rounding_kop IS 'Sum of the lines minus the totals';
COMMENT ON COLUMN daily_sales.total_kop IS 'Sum of the totals, returns negative';
COMMENT ON COLUMN daily_sales.cash_kop IS 'In cash (1031), returns negative';
COMMENT ON COLUMN daily_sales.electronic_kop IS 'By electronic means (1081), returns negative';
COMMENT ON COLUMN daily_sales.prepaid_kop IS 'Set off against prepayments (1215), returns negative';
COMMENT ON COLUMN daily_sales.credit_kop IS 'On credit (1216), returns negative';
COMMENT ON COLUMN daily_sales.provision_kop IS 'By other provisions (1217), returns negative';
