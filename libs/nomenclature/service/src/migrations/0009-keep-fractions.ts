import type { Migration } from '@potok/platform-postgres/migrations';

/** A part of a pack (1291) that is matched later is counted by its own numbers, not by the quantity beside them. */
export const keepFractions: Migration = {
  id: 'nomenclature-0009-keep-fractions',
  up: `
ALTER TABLE unmatched_line ADD COLUMN fraction_numerator bigint, ADD COLUMN fraction_denominator bigint;
`,
};
