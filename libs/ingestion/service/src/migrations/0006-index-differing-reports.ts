import type { Migration } from '@potok/platform-postgres/migrations';

/** Close reports that disagree with their documents are counted and listed long after their shifts are settled. */
export const indexDifferingReports: Migration = {
  id: 'ingestion-0006-index-differing-reports',
  up: `
    ALTER TABLE completeness_shift ADD COLUMN differs boolean NOT NULL GENERATED ALWAYS AS
      (coalesce(jsonb_array_length(statement::jsonb #> '{report,differences}'), 0) > 0) STORED;
    CREATE INDEX completeness_shift_differs ON completeness_shift (register_no) WHERE differs;
    CREATE INDEX completeness_shift_register ON completeness_shift (register_no, series_no, shift_no);
  `,
};
