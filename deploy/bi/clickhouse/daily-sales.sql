-- Written by `npm run generate` from the contract of the topic. To change a column, change it there.
-- ClickHouse 23.2 or later. Set the broker's address in kafka_broker_list.
CREATE DATABASE IF NOT EXISTS potok;

-- The rows. Read potok.daily_sales_now: one row a key, the last one, without those that were taken back.
CREATE TABLE IF NOT EXISTS potok.daily_sales
(
    `store_id` String COMMENT 'Store; the platform''s own identifier, at most 40 characters, never reused',
    `store_no` UInt32 COMMENT 'The integer twin of the platform''s identifier',
    `legal_entity_id` String COMMENT 'Legal entity',
    `register_id` String COMMENT 'Register (касса); empty where it is not known',
    `business_date` Date32 COMMENT 'Business date of the store, YYYY-MM-DD',
    `row_version` Int64 COMMENT 'Grows with every later row of the same key: the row with the highest one holds',
    `as_of_seq` Int64 COMMENT 'What of the store is counted: up to this event of retail.sales.receipts.v1',
    `as_of_root_seq` Nullable(Int64) COMMENT 'What of the store is counted: up to this document of retail.register.documents.v1',
    `recorded_at` DateTime64(3, 'UTC') COMMENT 'When this row was made, UTC',
    `sale_receipts` Int64 COMMENT 'Receipts of operation sale',
    `return_receipts` Int64 COMMENT 'Receipts of operation return',
    `purchases` Int64 COMMENT 'Purchases: several receipts of one operation are one',
    `revenue_kop` Int64 COMMENT 'Own turnover, returns taken off',
    `sales_kop` Int64 COMMENT 'Own turnover before customers'' returns',
    `returns_kop` Int64 COMMENT 'Customers'' returns',
    `discount_kop` Int64 COMMENT 'Discounts, where tills tell of them',
    `advance_kop` Int64 COMMENT 'Advances and prepayments: money, no turnover',
    `credit_payment_kop` Int64 COMMENT 'Payments of credits: money, no turnover',
    `agent_kop` Int64 COMMENT 'Sold as an agent: not own turnover',
    `rounding_kop` Int64 COMMENT 'Sum of the lines minus the totals',
    `total_kop` Int64 COMMENT 'Sum of the totals, returns negative',
    `cash_kop` Int64 COMMENT 'In cash (1031), returns negative',
    `electronic_kop` Int64 COMMENT 'By electronic means (1081), returns negative',
    `prepaid_kop` Int64 COMMENT 'Set off against prepayments (1215), returns negative',
    `credit_kop` Int64 COMMENT 'On credit (1216), returns negative',
    `provision_kop` Int64 COMMENT 'By other provisions (1217), returns negative'
)
ENGINE = ReplacingMergeTree(row_version)
PARTITION BY toYYYYMM(business_date)
ORDER BY (store_id, business_date, register_id, legal_entity_id);

CREATE VIEW IF NOT EXISTS potok.daily_sales_now AS
SELECT * FROM potok.daily_sales FINAL
SETTINGS do_not_merge_across_partitions_select_final = 0;

-- What arrives from bi.daily-sales.v1.
CREATE TABLE IF NOT EXISTS potok.daily_sales_queue
(
    `store_id` String,
    `store_no` UInt32,
    `legal_entity_id` String,
    `register_id` String,
    `business_date` Date32,
    `row_version` Int64,
    `as_of_seq` Int64,
    `as_of_root_seq` Nullable(Int64),
    `recorded_at` DateTime64(3, 'UTC'),
    `sale_receipts` Int64,
    `return_receipts` Int64,
    `purchases` Int64,
    `revenue_kop` Int64,
    `sales_kop` Int64,
    `returns_kop` Int64,
    `discount_kop` Int64,
    `advance_kop` Int64,
    `credit_payment_kop` Int64,
    `agent_kop` Int64,
    `rounding_kop` Int64,
    `total_kop` Int64,
    `cash_kop` Int64,
    `electronic_kop` Int64,
    `prepaid_kop` Int64,
    `credit_kop` Int64,
    `provision_kop` Int64
)
ENGINE = Kafka
SETTINGS kafka_broker_list = 'kafka:9092', kafka_topic_list = 'bi.daily-sales.v1', kafka_group_name = 'clickhouse-daily_sales',
    kafka_format = 'JSONEachRow', kafka_num_consumers = 1, kafka_handle_error_mode = 'stream',
    date_time_input_format = 'best_effort', input_format_skip_unknown_fields = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS potok.daily_sales_arrive TO potok.daily_sales AS
SELECT store_id, store_no, legal_entity_id, register_id, business_date, row_version, as_of_seq, as_of_root_seq, recorded_at, sale_receipts, return_receipts, purchases, revenue_kop, sales_kop, returns_kop, discount_kop, advance_kop, credit_payment_kop, agent_kop, rounding_kop, total_kop, cash_kop, electronic_kop, prepaid_kop, credit_kop, provision_kop
FROM potok.daily_sales_queue WHERE length(_error) = 0;

-- What could not be read stops nobody: it stands here.
CREATE TABLE IF NOT EXISTS potok.daily_sales_unread
(
    `seen_at` DateTime DEFAULT now(),
    `kafka_partition` UInt64,
    `kafka_offset` UInt64,
    `error` String,
    `raw_message` String
)
ENGINE = MergeTree
ORDER BY (kafka_partition, kafka_offset);

CREATE MATERIALIZED VIEW IF NOT EXISTS potok.daily_sales_refuse TO potok.daily_sales_unread AS
SELECT _partition AS kafka_partition, _offset AS kafka_offset, _error AS error, _raw_message AS raw_message
FROM potok.daily_sales_queue WHERE length(_error) > 0;
