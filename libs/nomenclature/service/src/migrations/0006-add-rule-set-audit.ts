import type { Migration } from '@potok/platform-postgres/migrations';

/** Who replaced the rules and why. What a receipt names is kept until the named one is there. */
export const addRuleSetAudit: Migration = {
  id: 'nomenclature-0006-add-rule-set-audit',
  up: `
ALTER TABLE rule_set ADD COLUMN created_by text, ADD COLUMN reason text;
ALTER TABLE unlinked_receipt ADD COLUMN document_ids uuid[] NOT NULL DEFAULT '{}',
  ADD COLUMN identity_keys text[] NOT NULL DEFAULT '{}', ADD COLUMN fpd bigint;
CREATE INDEX unlinked_receipt_recorded ON unlinked_receipt (recorded_at);
`,
};
