import { carried, type CarriedRequest } from './carried';
import type { CloseReportFacts } from '../truth/document-facts';
import type { TillDocument } from './receipt';
import type { SentDocument } from './sent-document';
import type { ShiftCounter, Till } from './till';

type Totals = NonNullable<NonNullable<SentDocument['closeReport']>['totals']>;

/** What a close report states that its shift does not hold: operation, counter and by how much it states too much. */
export interface ReportError {
  readonly operation: 'sale';
  readonly measure: keyof ShiftCounter;
  readonly excess: number;
}

/**
 * With the counts that the ФН states: receipts of the shift (1118), all of its fiscal documents (1111) and, from ФФД
 * 1.1 on, the shift's counters (1194).
 */
export function shiftClosed(request: CarriedRequest, error: ReportError | null = null): TillDocument {
  const { till } = request;
  const fiscal = till.nextFiscal('report');
  const { receipts, documents } = till.shiftCounts;
  const head = till.fiscalHead(fiscal, 'report');
  const totals = till.register.ffdVersion === '1.05' ? {} : { totals: totalsOf(till, error) };
  const closed = carried('shiftClosed', request, {
    type: 'shiftClosed',
    ...head,
    closeReport: { receiptCount: receipts, documentCount: documents, ...totals },
  });
  const facts = {
    series: fiscal.series,
    shiftNumber: head.shift?.number ?? 0,
    result: till.shiftIsIncomplete ? 'pending' : 'totals' in totals ? 'full' : 'countsOnly',
    differences: differencesOf(till, error),
  } as const;
  till.endShift();
  return { ...closed, closeReport: till.shiftIsIncomplete ? { ...facts, differences: [] } : facts };
}

function differencesOf(till: Till, error: ReportError | null): CloseReportFacts['differences'] {
  if (error === null || till.register.ffdVersion === '1.05') return [];
  const { operation, measure, excess } = error;
  const counted = till.counters.get(operation)?.[measure] ?? 0;
  return [[operation, measure, counted + excess, counted]];
}

function totalsOf(till: Till, error: ReportError | null): Totals {
  return [...till.counters].map(([operation, counter]) => {
    const stated = { ...counter };
    if (error?.operation === operation) stated[error.measure] += error.excess;
    return { origin: 'fiscalShift1194', operation, ...stated };
  });
}
