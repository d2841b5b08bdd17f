import type { Migration } from '@potok/platform-postgres/migrations';

/**
 * What is found again of receipts: by ФПД and by further identities, the lines that a return is compared with (packed,
 * of sales only), later events about them, lines that a person has to decide and what persons decided. An installation
 * that has receipts keeps the rules by which it decided them; a new one begins with the newer default.
 */
export const addMeaning: Migration = {
  id: 'nomenclature-0004-add-meaning',
  up: `
ALTER TABLE receipt ADD COLUMN fpd bigint, ADD COLUMN sold bytea, ADD COLUMN ended boolean NOT NULL DEFAULT false;
ALTER TABLE receipt ALTER COLUMN sold SET STORAGE MAIN;
CREATE INDEX receipt_fpd ON receipt (fpd) WHERE fpd IS NOT NULL;

ALTER TABLE barcode ADD COLUMN removed boolean NOT NULL DEFAULT false;

CREATE TABLE receipt_event (
  store_no int NOT NULL,
  receipt_seq bigint NOT NULL,
  event_seq bigint NOT NULL,
  PRIMARY KEY (store_no, receipt_seq, event_seq)
);

CREATE TABLE receipt_identity (
  identity_key text NOT NULL,
  document_id uuid NOT NULL,
  PRIMARY KEY (identity_key, document_id)
);

CREATE TABLE returned_line (
  sale_document_id uuid NOT NULL,
  sale_line_no int NOT NULL,
  store_no int NOT NULL,
  receipt_seq bigint NOT NULL,
  line_no int NOT NULL,
  quantity_milli bigint NOT NULL,
  PRIMARY KEY (sale_document_id, store_no, receipt_seq, line_no)
);
CREATE INDEX returned_line_receipt ON returned_line (store_no, receipt_seq);

CREATE TABLE unlinked_receipt (
  store_no int NOT NULL,
  receipt_seq bigint NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (store_no, receipt_seq)
);

CREATE TABLE undecided_line (
  store_no int NOT NULL,
  receipt_seq bigint NOT NULL,
  line_no int NOT NULL,
  document_id uuid NOT NULL,
  why text NOT NULL,
  operation text NOT NULL,
  product_no int,
  quantity_milli bigint NOT NULL,
  amount_kopecks bigint NOT NULL,
  business_date date NOT NULL,
  ledger_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (store_no, receipt_seq, line_no)
);
CREATE INDEX undecided_line_product ON undecided_line (product_no);

CREATE TABLE manual_decision (
  document_id uuid NOT NULL,
  revision int NOT NULL,
  decision_no int NOT NULL,
  store_no int NOT NULL,
  event_seq bigint NOT NULL,
  decided_by text NOT NULL,
  decided_at timestamptz NOT NULL,
  reason text NOT NULL,
  content jsonb NOT NULL,
  PRIMARY KEY (document_id, revision, store_no, decision_no)
);

CREATE TABLE legal_entity_copy (
  legal_entity_id text PRIMARY KEY,
  version bigint NOT NULL,
  inn text
);

INSERT INTO rule_set (version, rules)
SELECT 1, '{
  "defaults": {"paymentMethod": 4, "subject": 1},
  "stockEffect": [
    {"when": {"lineState": ["voided"]}, "then": "none", "source": "register-document §5: voided lines are out of sums"},
    {"when": {"businessState": ["cancelled", "deferred"]}, "then": "none", "source": "register-document §5"},
    {"when": {"fiscalState": ["training"]}, "then": "none", "source": "register-document §5: МГМ drives"},
    {"when": {"fiscalState": ["failed"]}, "then": "unknown", "source": "[M] register-document §5"},
    {"when": {"form": ["correction", "strictFormCorrection"]}, "then": "unknown", "source": "register-document §5: until linked or decided by a person"},
    {"when": {"operation": ["buy", "buyReturn"]}, "then": "unknown", "source": "[M] register-document §5"},
    {"when": {"subject": [3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27]}, "then": "none", "source": "ФФД, приказ ФНС ЕД-7-20/662@, table of 1212"},
    {"when": {"paymentMethod": [1, 2, 3, 7]}, "then": "none", "source": "[M] register-document §5"},
    {"when": {"operation": ["sale"], "subject": [1, 2, 30, 31, 32, 33], "paymentMethod": [4, 5, 6]}, "then": "out", "source": "[M] register-document §5"},
    {"when": {"operation": ["return"], "subject": [1, 2, 30, 31, 32, 33], "paymentMethod": [4, 5, 6]}, "then": "in", "source": "[M] register-document §5"}
  ],
  "recognition": [
    {"when": {"lineState": ["voided"]}, "then": "none", "source": "register-document §5"},
    {"when": {"businessState": ["cancelled", "deferred"]}, "then": "none", "source": "register-document §5"},
    {"when": {"fiscalState": ["training", "failed"]}, "then": "none", "source": "register-document §5"},
    {"when": {"agent": ["yes"]}, "then": "agent", "source": "register-document §5: not own revenue or VAT"},
    {"when": {"paymentMethod": [1, 2, 3]}, "then": "advance", "source": "ФФД, приказ ФНС ЕД-7-20/662@, table of 1214"},
    {"when": {"paymentMethod": [5, 6]}, "then": "credit", "source": "ФФД, приказ ФНС ЕД-7-20/662@, table of 1214"},
    {"when": {"paymentMethod": [7]}, "then": "creditPayment", "source": "ФФД, приказ ФНС ЕД-7-20/662@, table of 1214"},
    {"when": {"paymentMethod": [4], "prepaid": ["yes"]}, "then": "transferAgainstAdvance", "source": "[M] register-document §5"},
    {"when": {"paymentMethod": [4]}, "then": "sale", "source": "ФФД, приказ ФНС ЕД-7-20/662@, table of 1214"}
  ]
}'::jsonb
WHERE EXISTS (SELECT FROM receipt) AND NOT EXISTS (SELECT FROM rule_set);
`,
};
