import type { Migration } from '@potok/platform-postgres/migrations';

/** A sender's code is looked up in its own system first, later too. Names of schemes, parted by blanks. */
export const addExternalSystems: Migration = {
  id: 'nomenclature-0007-add-external-systems',
  up: `
ALTER TABLE unmatched_line ADD COLUMN external_systems text;
`,
};
