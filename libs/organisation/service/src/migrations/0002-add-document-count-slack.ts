import type { Migration } from '@potok/platform-postgres/migrations';

export const addDocumentCountSlack: Migration = {
  id: 'organisation-0002-add-document-count-slack',
  up: 'ALTER TABLE registration ADD COLUMN document_count_slack smallint',
};
