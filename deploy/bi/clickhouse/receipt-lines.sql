-- Written by `npm run generate` from the contract of the topic. To change a column, change it there.
-- ClickHouse 23.2 or later. Set the broker's address in kafka_broker_list.
CREATE DATABASE IF NOT EXISTS potok;

-- The rows. Read potok.receipt_lines_now: one row a key, the last one, without those that were taken back.
CREATE TABLE IF NOT EXISTS potok.receipt_lines
(
    `event_id` String COMMENT 'Key of the record, equal in repeats: id of the receipt event, then the line',
    `row_seq` Int64 COMMENT 'Number of the row in its store: 1, 2, 3 … without holes; what is missing has not been read',
    `is_deleted` UInt8 COMMENT '1 = the line holds no more: the document was withdrawn or its revision has no such line, 0 = not',
    `line_no` Int64 COMMENT 'Line of the document; 0 = the receipt states no lines, this row stands for its total',
    `is_first` UInt8 COMMENT '1 = sum the columns of the receipt (receipt_…, paid_…) over these rows only, 0 = not',
    `decision_no` Int64 COMMENT 'The decision about the line: 0 = the first of the revision',
    `line_state` LowCardinality(String) COMMENT 'voided = out of all sums; none = not a line of the document (line_no 0, or added by a person)',
    `product_id` Nullable(String) COMMENT 'Product; begins with unmatched- while nobody has explained the code',
    `product_no` Nullable(Int64) COMMENT 'Integer twin of the product',
    `matched_by` LowCardinality(Nullable(String)) COMMENT 'What led to the product; none = nothing did',
    `article` Nullable(String) COMMENT 'Article as the till knows it',
    `barcode` Nullable(String) COMMENT 'Barcode as scanned',
    `name` Nullable(String) COMMENT 'Name as printed; personal data removed',
    `qty_milli` Int64 COMMENT 'Quantity in base units of the product; never negative: operation gives the direction',
    `sold_qty_milli` Int64 COMMENT 'Quantity as the till wrote it, in the unit of measure_code',
    `measure_code` Nullable(Int64) COMMENT 'Measure of the quantity as the till wrote it (2108)',
    `price_kop` Nullable(Int64) COMMENT 'Price as stated (1079), informative: the amount is the truth',
    `amount_kop` Int64 COMMENT 'Amount of the line (1043), as in the document: operation gives the direction',
    `discount_kop` Nullable(Int64) COMMENT 'Discounts of the line, where the till tells of them',
    `vat_rate` LowCardinality(Nullable(String)) COMMENT 'VAT rate in per cent, its calculated form, none, or unknown with rawCode beside it',
    `vat_kop` Nullable(Int64) COMMENT 'VAT stated for the line',
    `payment_method` Nullable(Int64) COMMENT 'Признак способа расчёта (1214)',
    `subject` Nullable(Int64) COMMENT 'Признак предмета расчёта (1212)',
    `is_agent` UInt8 COMMENT '1 = sold as an agent (1222): not own revenue, 0 = not',
    `recognition` LowCardinality(String) COMMENT 'How the line counts as turnover',
    `stock_effect` LowCardinality(String) COMMENT 'What the line does to the stock',
    `location_id` Nullable(String) COMMENT 'Stock location of the line',
    `revenue_kop` Int64 COMMENT 'Own turnover of the line, returns negative: the column to sum for sales',
    `stock_qty_milli` Int64 COMMENT 'Change of the stock by the line in base units: sales negative',
    `row_version` Int64 COMMENT 'Grows with every later row of the same key: the row with the highest one holds',
    `store_id` String COMMENT 'Store; the platform''s own identifier, at most 40 characters, never reused',
    `store_no` UInt32 COMMENT 'The integer twin of the platform''s identifier',
    `legal_entity_id` String COMMENT 'Legal entity; the platform''s own identifier, at most 40 characters, never reused',
    `register_id` String COMMENT 'Register (касса), a workplace; the platform''s own identifier, at most 40 characters, never reused',
    `business_date` Date32 COMMENT 'Business date of the store, YYYY-MM-DD',
    `document_id` String COMMENT 'The register document; uuidv5 of the first identity seen',
    `revision` Int64 COMMENT 'Revision of the document: 1 is the original',
    `root_seq` Nullable(Int64) COMMENT 'Sequence of the register document on retail.register.documents.v1',
    `occurred_at` DateTime64(3, 'UTC') COMMENT 'When it happened, UTC',
    `local_date` Date32 COMMENT 'Date of occurred_at in the zone of the store, for VAT',
    `time_zone` String COMMENT 'Zone in which the till stated the time',
    `recorded_at` DateTime64(3, 'UTC') COMMENT 'When this row was made, UTC; never decreasing within a store',
    `cashier_ref` Nullable(String) COMMENT 'Opaque reference of the cashier: the same person keeps one',
    `shift_no` Nullable(Int64) COMMENT 'Shift (1038)',
    `receipt_no` Nullable(Int64) COMMENT 'Number of the receipt within the shift (1042)',
    `fn` Nullable(String) COMMENT 'Serial number of the ФН',
    `fd` Nullable(Int64) COMMENT 'ФД number (1040)',
    `fpd` Nullable(String) COMMENT 'ФПД (1077), with its leading zeros',
    `operation` LowCardinality(Nullable(String)) COMMENT 'Operation (1054): sale = приход, return = возврат прихода, buy = расход, buyReturn = возврат расхода',
    `form` LowCardinality(Nullable(String)) COMMENT 'Form of the fiscal document',
    `fiscal_state` LowCardinality(String) COMMENT 'training = a МГМ drive: archived, never published as a sale',
    `business_state` LowCardinality(String) COMMENT 'cancelled and deferred receipts never move stock',
    `channel` Nullable(String) COMMENT 'Sales channel, as the sender names it',
    `order_id` Nullable(String) COMMENT 'Order behind the sale',
    `operation_id` Nullable(String) COMMENT 'The sale that several receipts belong to; count it instead of receipts where it is there',
    `purpose` LowCardinality(Nullable(String)) COMMENT 'What the receipt is for beside trade: a buyer brings goods back, a receipt mends an error of another (1192: no customer return), a correction receipt (31, 41)',
    `sale_document_id` Nullable(String) COMMENT 'The receipt that is returned, mended or corrected, where it was found',
    `receipt_lines` Int64 COMMENT 'Lines of the receipt, voided ones included',
    `receipt_total_kop` Nullable(Int64) COMMENT 'Total of the receipt (1020)',
    `receipt_rounding_kop` Nullable(Int64) COMMENT 'Sum of the lines minus the total',
    `paid_cash_kop` Nullable(Int64) COMMENT 'Paid in cash (1031)',
    `paid_electronic_kop` Nullable(Int64) COMMENT 'Paid by electronic means (1081)',
    `paid_prepaid_kop` Nullable(Int64) COMMENT 'Set off against a prepayment (1215)',
    `paid_credit_kop` Nullable(Int64) COMMENT 'On credit (1216)',
    `paid_provision_kop` Nullable(Int64) COMMENT 'By another provision (1217)'
)
ENGINE = ReplacingMergeTree(row_version, is_deleted)
PARTITION BY toYYYYMM(business_date)
ORDER BY (store_id, document_id, line_no);

CREATE VIEW IF NOT EXISTS potok.receipt_lines_now AS
SELECT * FROM potok.receipt_lines FINAL
SETTINGS do_not_merge_across_partitions_select_final = 0;

-- What arrives from bi.receipt-lines.v1.
CREATE TABLE IF NOT EXISTS potok.receipt_lines_queue
(
    `event_id` String,
    `row_seq` Int64,
    `is_deleted` UInt8,
    `line_no` Int64,
    `is_first` UInt8,
    `decision_no` Int64,
    `line_state` LowCardinality(String),
    `product_id` Nullable(String),
    `product_no` Nullable(Int64),
    `matched_by` LowCardinality(Nullable(String)),
    `article` Nullable(String),
    `barcode` Nullable(String),
    `name` Nullable(String),
    `qty_milli` Int64,
    `sold_qty_milli` Int64,
    `measure_code` Nullable(Int64),
    `price_kop` Nullable(Int64),
    `amount_kop` Int64,
    `discount_kop` Nullable(Int64),
    `vat_rate` LowCardinality(Nullable(String)),
    `vat_kop` Nullable(Int64),
    `payment_method` Nullable(Int64),
    `subject` Nullable(Int64),
    `is_agent` UInt8,
    `recognition` LowCardinality(String),
    `stock_effect` LowCardinality(String),
    `location_id` Nullable(String),
    `revenue_kop` Int64,
    `stock_qty_milli` Int64,
    `row_version` Int64,
    `store_id` String,
    `store_no` UInt32,
    `legal_entity_id` String,
    `register_id` String,
    `business_date` Date32,
    `document_id` String,
    `revision` Int64,
    `root_seq` Nullable(Int64),
    `occurred_at` DateTime64(3, 'UTC'),
    `local_date` Date32,
    `time_zone` String,
    `recorded_at` DateTime64(3, 'UTC'),
    `cashier_ref` Nullable(String),
    `shift_no` Nullable(Int64),
    `receipt_no` Nullable(Int64),
    `fn` Nullable(String),
    `fd` Nullable(Int64),
    `fpd` Nullable(String),
    `operation` LowCardinality(Nullable(String)),
    `form` LowCardinality(Nullable(String)),
    `fiscal_state` LowCardinality(String),
    `business_state` LowCardinality(String),
    `channel` Nullable(String),
    `order_id` Nullable(String),
    `operation_id` Nullable(String),
    `purpose` LowCardinality(Nullable(String)),
    `sale_document_id` Nullable(String),
    `receipt_lines` Int64,
    `receipt_total_kop` Nullable(Int64),
    `receipt_rounding_kop` Nullable(Int64),
    `paid_cash_kop` Nullable(Int64),
    `paid_electronic_kop` Nullable(Int64),
    `paid_prepaid_kop` Nullable(Int64),
    `paid_credit_kop` Nullable(Int64),
    `paid_provision_kop` Nullable(Int64)
)
ENGINE = Kafka
SETTINGS kafka_broker_list = 'kafka:9092', kafka_topic_list = 'bi.receipt-lines.v1', kafka_group_name = 'clickhouse-receipt_lines',
    kafka_format = 'JSONEachRow', kafka_num_consumers = 1, kafka_handle_error_mode = 'stream',
    date_time_input_format = 'best_effort', input_format_skip_unknown_fields = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS potok.receipt_lines_arrive TO potok.receipt_lines AS
SELECT event_id, row_seq, is_deleted, line_no, is_first, decision_no, line_state, product_id, product_no, matched_by, article, barcode, name, qty_milli, sold_qty_milli, measure_code, price_kop, amount_kop, discount_kop, vat_rate, vat_kop, payment_method, subject, is_agent, recognition, stock_effect, location_id, revenue_kop, stock_qty_milli, row_version, store_id, store_no, legal_entity_id, register_id, business_date, document_id, revision, root_seq, occurred_at, local_date, time_zone, recorded_at, cashier_ref, shift_no, receipt_no, fn, fd, fpd, operation, form, fiscal_state, business_state, channel, order_id, operation_id, purpose, sale_document_id, receipt_lines, receipt_total_kop, receipt_rounding_kop, paid_cash_kop, paid_electronic_kop, paid_prepaid_kop, paid_credit_kop, paid_provision_kop
FROM potok.receipt_lines_queue WHERE length(_error) = 0;

-- What could not be read stops nobody: it stands here.
CREATE TABLE IF NOT EXISTS potok.receipt_lines_unread
(
    `seen_at` DateTime DEFAULT now(),
    `kafka_partition` UInt64,
    `kafka_offset` UInt64,
    `error` String,
    `raw_message` String
)
ENGINE = MergeTree
ORDER BY (kafka_partition, kafka_offset);

CREATE MATERIALIZED VIEW IF NOT EXISTS potok.receipt_lines_refuse TO potok.receipt_lines_unread AS
SELECT _partition AS kafka_partition, _offset AS kafka_offset, _error AS error, _raw_message AS raw_message
FROM potok.receipt_lines_queue WHERE length(_error) > 0;
