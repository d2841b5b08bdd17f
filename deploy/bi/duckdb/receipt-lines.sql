-- Written by `npm run generate` from the contract of the topic. To change a column, change it there.
-- DuckDB. deploy/bi/duckdb/load.py fills the table from bi.receipt-lines.v1.
CREATE TABLE IF NOT EXISTS receipt_lines
(
    event_id VARCHAR NOT NULL,
    row_seq BIGINT NOT NULL,
    is_deleted UTINYINT NOT NULL,
    line_no BIGINT NOT NULL,
    is_first UTINYINT NOT NULL,
    decision_no BIGINT NOT NULL,
    line_state VARCHAR NOT NULL,
    product_id VARCHAR,
    product_no BIGINT,
    matched_by VARCHAR,
    article VARCHAR,
    barcode VARCHAR,
    name VARCHAR,
    qty_milli BIGINT NOT NULL,
    sold_qty_milli BIGINT NOT NULL,
    measure_code BIGINT,
    price_kop BIGINT,
    amount_kop BIGINT NOT NULL,
    discount_kop BIGINT,
    vat_rate VARCHAR,
    vat_kop BIGINT,
    payment_method BIGINT,
    subject BIGINT,
    is_agent UTINYINT NOT NULL,
    recognition VARCHAR NOT NULL,
    stock_effect VARCHAR NOT NULL,
    location_id VARCHAR,
    revenue_kop BIGINT NOT NULL,
    stock_qty_milli BIGINT NOT NULL,
    row_version BIGINT NOT NULL,
    store_id VARCHAR NOT NULL,
    store_no INTEGER NOT NULL,
    legal_entity_id VARCHAR NOT NULL,
    register_id VARCHAR NOT NULL,
    business_date DATE NOT NULL,
    document_id VARCHAR NOT NULL,
    revision BIGINT NOT NULL,
    root_seq BIGINT,
    occurred_at TIMESTAMP NOT NULL,
    local_date DATE NOT NULL,
    time_zone VARCHAR NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    cashier_ref VARCHAR,
    shift_no BIGINT,
    receipt_no BIGINT,
    fn VARCHAR,
    fd BIGINT,
    fpd VARCHAR,
    operation VARCHAR,
    form VARCHAR,
    fiscal_state VARCHAR NOT NULL,
    business_state VARCHAR NOT NULL,
    channel VARCHAR,
    order_id VARCHAR,
    operation_id VARCHAR,
    purpose VARCHAR,
    sale_document_id VARCHAR,
    receipt_lines BIGINT NOT NULL,
    receipt_total_kop BIGINT,
    receipt_rounding_kop BIGINT,
    paid_cash_kop BIGINT,
    paid_electronic_kop BIGINT,
    paid_prepaid_kop BIGINT,
    paid_credit_kop BIGINT,
    paid_provision_kop BIGINT,
    PRIMARY KEY (store_id, document_id, line_no, row_version)
);

-- One row a key, the last one, without those that were taken back.
CREATE OR REPLACE VIEW receipt_lines_now AS
SELECT * FROM receipt_lines
QUALIFY row_number() OVER (PARTITION BY store_id, document_id, line_no ORDER BY row_version DESC) = 1 AND is_deleted = 0;

COMMENT ON COLUMN receipt_lines.event_id IS 'Key of the record, equal in repeats: id of the receipt event, then the line';
COMMENT ON COLUMN receipt_lines.row_seq IS 'Number of the row in its store: 1, 2, 3 … without holes; what is missing has not been read';
COMMENT ON COLUMN receipt_lines.is_deleted IS '1 = the line holds no more: the document was withdrawn or its revision has no such line, 0 = not';
COMMENT ON COLUMN receipt_lines.line_no IS 'Line of the document; 0 = the receipt states no lines, this row stands for its total';
COMMENT ON COLUMN receipt_lines.is_first IS '1 = sum the columns of the receipt (receipt_…, paid_…) over these rows only, 0 = not';
COMMENT ON COLUMN receipt_lines.decision_no IS 'The decision about the line: 0 = the first of the revision';
COMMENT ON COLUMN receipt_lines.line_state IS 'voided = out of all sums; none = not a line of the document (line_no 0, or added by a person)';
COMMENT ON COLUMN receipt_lines.product_id IS 'Product; begins with unmatched- while nobody has explained the code';
COMMENT ON COLUMN receipt_lines.product_no IS 'Integer twin of the product';
COMMENT ON COLUMN receipt_lines.matched_by IS 'What led to the product; none = nothing did';
COMMENT ON COLUMN receipt_lines.article IS 'Article as the till knows it';
COMMENT ON COLUMN receipt_lines.barcode IS 'Barcode as scanned';
COMMENT ON COLUMN receipt_lines.name IS 'Name as printed; personal data removed';
COMMENT ON COLUMN receipt_lines.qty_milli IS 'Quantity in base units of the product; never negative: operation gives the direction';
COMMENT ON COLUMN receipt_lines.sold_qty_milli IS 'Quantity as the till wrote it, in the unit of measure_code';
COMMENT ON COLUMN receipt_lines.measure_code IS 'Measure of the quantity as the till wrote it (2108)';
COMMENT ON COLUMN receipt_lines.price_kop IS 'Price as stated (1079), informative: the amount is the truth';
COMMENT ON COLUMN receipt_lines.amount_kop IS 'Amount of the line (1043), as in the document: operation gives the direction';
COMMENT ON COLUMN receipt_lines.discount_kop IS 'Discounts of the line, where the till tells of them';
COMMENT ON COLUMN receipt_lines.vat_rate IS 'VAT rate in per cent, its calculated form, none, or unknown with rawCode beside it';
COMMENT ON COLUMN receipt_lines.vat_kop IS 'VAT stated for the line';
COMMENT ON COLUMN receipt_lines.payment_method IS 'Признак способа расчёта (1214)';
COMMENT ON COLUMN receipt_lines.subject IS 'Признак предмета расчёта (1212)';
COMMENT ON COLUMN receipt_lines.is_agent IS '1 = sold as an agent (1222): not own revenue, 0 = not';
COMMENT ON COLUMN receipt_lines.recognition IS 'How the line counts as turnover';
COMMENT ON COLUMN receipt_lines.stock_effect IS 'What the line does to the stock';
COMMENT ON COLUMN receipt_lines.location_id IS 'Stock location of the line';
COMMENT ON COLUMN receipt_lines.revenue_kop IS 'Own turnover of the line, returns negative: the column to sum for sales';
COMMENT ON COLUMN receipt_lines.stock_qty_milli IS 'Change of the stock by the line in base units: sales negative';
COMMENT ON COLUMN receipt_lines.row_version IS 'Grows with every later row of the same key: the row with the highest one holds';
COMMENT ON COLUMN receipt_lines.store_id IS 'Store; the platform''s own identifier, at most 40 characters, never reused';
COMMENT ON COLUMN receipt_lines.store_no IS 'The integer twin of the platform''s identifier';
COMMENT ON COLUMN receipt_lines.legal_entity_id IS 'Legal entity; the platform''s own identifier, at most 40 characters, never reused';
COMMENT ON COLUMN receipt_lines.register_id IS 'Register (касса), a workplace; the platform''s own identifier, at most 40 characters, never reused';
COMMENT ON COLUMN receipt_lines.business_date IS 'Business date of the store, YYYY-MM-DD';
COMMENT ON COLUMN receipt_lines.document_id IS 'The register document; uuidv5 of the first identity seen';
COMMENT ON COLUMN receipt_lines.revision IS 'Revision of the document: 1 is the original';
COMMENT ON COLUMN receipt_lines.root_seq IS 'Sequence of the register document on retail.register.documents.v1';
COMMENT ON COLUMN receipt_lines.occurred_at IS 'When it happened, UTC';
COMMENT ON COLUMN receipt_lines.local_date IS 'Date of occurred_at in the zone of the store, for VAT';
COMMENT ON COLUMN receipt_lines.time_zone IS 'Zone in which the till stated the time';
COMMENT ON COLUMN receipt_lines.recorded_at IS 'When this row was made, UTC; never decreasing within a store';
COMMENT ON COLUMN receipt_lines.cashier_ref IS 'Opaque reference of the cashier: the same person keeps one';
COMMENT ON COLUMN receipt_lines.shift_no IS 'Shift (1038)';
COMMENT ON COLUMN receipt_lines.receipt_no IS 'Number of the receipt within the shift (1042)';
COMMENT ON COLUMN receipt_lines.fn IS 'Serial number of the ФН';
COMMENT ON COLUMN receipt_lines.fd IS 'ФД number (1040)';
COMMENT ON COLUMN receipt_lines.fpd IS 'ФПД (1077), with its leading zeros';
COMMENT ON COLUMN receipt_lines.operation IS 'Operation (1054): sale = приход, return = возврат прихода, buy = расход, buyReturn = возврат расхода';
COMMENT ON COLUMN receipt_lines.form IS 'Form of the fiscal document';
COMMENT ON COLUMN receipt_lines.fiscal_state IS 'training = a МГМ drive: archived, never published as a sale';
COMMENT ON COLUMN receipt_lines.business_state IS 'cancelled and deferred receipts never move stock';
COMMENT ON COLUMN receipt_lines.channel IS 'Sales channel, as the sender names it';
COMMENT ON COLUMN receipt_lines.order_id IS 'Order behind the sale';
COMMENT ON COLUMN receipt_lines.operation_id IS 'The sale that several receipts belong to; count it instead of receipts where it is there';
COMMENT ON COLUMN receipt_lines.purpose IS 'What the receipt is for beside trade: a buyer brings goods back, a receipt mends an error of another (1192: no customer return), a correction receipt (31, 41)';
COMMENT ON COLUMN receipt_lines.sale_document_id IS 'The receipt that is returned, mended or corrected, where it was found';
COMMENT ON COLUMN receipt_lines.receipt_lines IS 'Lines of the receipt, voided ones included';
COMMENT ON COLUMN receipt_lines.receipt_total_kop IS 'Total of the receipt (1020)';
COMMENT ON COLUMN receipt_lines.receipt_rounding_kop IS 'Sum of the lines minus the total';
COMMENT ON COLUMN receipt_lines.paid_cash_kop IS 'Paid in cash (1031)';
COMMENT ON COLUMN receipt_lines.paid_electronic_kop IS 'Paid by electronic means (1081)';
COMMENT ON COLUMN receipt_lines.paid_prepaid_kop IS 'Set off against a prepayment (1215)';
COMMENT ON COLUMN receipt_lines.paid_credit_kop IS 'On credit (1216)';
COMMENT ON COLUMN receipt_lines.paid_provision_kop IS 'By another provision (1217)';
