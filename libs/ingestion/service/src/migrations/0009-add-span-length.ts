import type { Migration } from '@potok/platform-postgres/migrations';

/** How long the longest span of a series is: which numbers lie in a span is found without reading all of them. */
export const addSpanLength: Migration = {
  id: 'ingestion-0009-add-span-length',
  up: `
    ALTER TABLE series ADD COLUMN span_length_max bigint;
    COMMENT ON COLUMN series.span_length_max IS 'NULL = the series holds no spans';
    UPDATE series SET span_length_max = spans.length
    FROM (SELECT series_no, max(to_number - from_number) AS length FROM identity_span GROUP BY series_no) AS spans
    WHERE spans.series_no = series.series_no;
  `,
};
