import { dateCondition, facetConditions } from './report-filters';
import type { ResolvedFilters } from './report-filters';
import type { SourceKey } from './report-groups';
import type { Parameters } from './report-sql';

/** Rows that are summed by keys: what stands behind a report. */
export interface Source {
  readonly from: string;
  readonly where: readonly string[];
  readonly keys: Readonly<Partial<Record<SourceKey, string>>>;
  readonly plan?: string;
}

/** The sums of days of one table, by facet. `date` is the column of their date. */
export function facetSource(
  table: 'daily_facet' | 'daily_payment' | 'daily_discount' | 'daily_vat',
  resolved: ResolvedFilters,
  parameters: Parameters,
): Source {
  const date = table === 'daily_vat' ? 'd.local_date' : 'd.business_date';
  return {
    from: `${table} d JOIN facet f USING (facet_no)`,
    where: [dateCondition(date, resolved, parameters), ...facetConditions(resolved, parameters)],
    keys: { ...FACET_KEYS, day: date, month: `date_trunc('month', ${date})` },
  };
}

export const FACET_KEYS = {
  store_no: 'f.store_no',
  register_no: 'f.register_no',
  cashier_ref: 'f.cashier_ref',
  legal_entity_id: 'f.legal_entity_id',
  operation: 'f.operation',
  purpose: 'f.purpose',
} as const;
