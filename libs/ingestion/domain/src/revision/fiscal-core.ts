import type { CanonicalDocument, CanonicalLine } from '@potok/retail/document/canonical-document';

/** What must not differ between copies of one document. Every canonical document is one. */
export interface FiscalCore extends Pick<
  CanonicalDocument,
  'type' | 'form' | 'operation' | 'businessState' | 'totalKopecks' | 'detail'
> {
  readonly time: Pick<CanonicalDocument['time'], 'timeQuality' | 'occurredAt' | 'occurredAtLocal'>;
  readonly payments?: readonly CorePayment[] | undefined;
  readonly fiscal?: { readonly fpd?: string | undefined } | undefined;
  readonly lines: readonly CoreLine[];
}

type CorePayment = Pick<NonNullable<CanonicalDocument['payments']>[number], 'fiscalKind' | 'amountKopecks'>;
type CoreLine = Pick<
  CanonicalLine,
  'state' | 'quantityMilli' | 'amountKopecks' | 'barcode' | 'paymentMethod' | 'subject'
>;

/** The core alone: small enough to be kept for ever, and without personal data. */
export function coreOf(document: CanonicalDocument): FiscalCore {
  const { type, form, operation, businessState, totalKopecks, detail, payments, fiscal } = document;
  const { timeQuality, occurredAt, occurredAtLocal } = document.time;
  return {
    type,
    form,
    operation,
    businessState,
    totalKopecks,
    detail,
    time: { timeQuality, occurredAt, occurredAtLocal },
    payments: payments?.map(({ fiscalKind, amountKopecks }) => ({ fiscalKind, amountKopecks })),
    fiscal: { fpd: fiscal?.fpd },
    lines: document.lines.map((line) => ({
      state: line.state,
      quantityMilli: line.quantityMilli,
      amountKopecks: line.amountKopecks,
      barcode: line.barcode,
      paymentMethod: line.paymentMethod,
      subject: line.subject,
    })),
  };
}

const MINUTE_LENGTH = 'YYYY-MM-DDTHH:MM'.length;

/**
 * The first field in which two documents with one identity contradict each other, or null. Fields are compared where
 * both state them; of lines only two full copies.
 */
export function contradiction(first: FiscalCore, second: FiscalCore): string | null {
  if (first.type !== second.type) return 'type';
  if (differ(first.form, second.form)) return 'form';
  if (differ(first.operation, second.operation)) return 'operation';
  if (statesDiffer(first, second)) return 'businessState';
  if (differ(first.totalKopecks, second.totalKopecks)) return 'totalKopecks';
  if (timesDiffer(first.time, second.time)) return 'occurredAtLocal';
  if (differ(paymentsOf(first), paymentsOf(second))) return 'payments';
  if (differ(fpdOf(first), fpdOf(second))) return 'fiscal.fpd';
  return linesContradict(first, second) ? 'lines' : null;
}

/** The lines that count: in the order of the document, voided ones left out, since a fiscal copy has none. */
export function soldLines<Line extends Pick<CanonicalLine, 'state'>>({
  lines,
}: {
  readonly lines: readonly Line[];
}): readonly Line[] {
  return lines.filter((line) => line.state === 'sold');
}

function differ(first: string | number | undefined, second: string | number | undefined): boolean {
  return first !== undefined && second !== undefined && first !== second;
}

/** A deferred receipt is completed or cancelled later; the other two are final. */
function statesDiffer({ businessState: first }: FiscalCore, { businessState: second }: FiscalCore): boolean {
  return first !== second && first !== 'deferred' && second !== 'deferred';
}

/** To the minute. The copies may know of different zones: it is enough that they agree about one of the two times. */
function timesDiffer(first: FiscalCore['time'], second: FiscalCore['time']): boolean {
  if (first.timeQuality === 'missing' || second.timeQuality === 'missing') return false;
  if (minuteOf(first.occurredAt) === minuteOf(second.occurredAt)) return false;
  return minuteOf(first.occurredAtLocal ?? '') !== minuteOf(second.occurredAtLocal ?? '');
}

function minuteOf(time: string): string {
  return time.slice(0, MINUTE_LENGTH).replace(' ', 'T');
}

function fpdOf({ fiscal }: FiscalCore): string | undefined {
  return fiscal?.fpd?.padStart(10, '0');
}

/** Sums by fiscal kind: one copy may split a kind by instruments. */
function paymentsOf({ payments }: FiscalCore): string | undefined {
  if (payments === undefined || payments.length === 0) return undefined;
  const sums = new Map<string, number>();
  for (const { fiscalKind, amountKopecks } of payments)
    sums.set(fiscalKind, (sums.get(fiscalKind) ?? 0) + amountKopecks);
  const stated = [...sums]
    .filter(([, kopecks]) => kopecks !== 0)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify(stated);
}

function linesContradict(first: FiscalCore, second: FiscalCore): boolean {
  if (first.detail === 'totalsOnly' || second.detail === 'totalsOnly') return false;
  const firstLines = soldLines(first);
  const secondLines = soldLines(second);
  if (firstLines.length === 0 || secondLines.length === 0) return false;
  if (firstLines.length !== secondLines.length) return true;
  return firstLines.some((line, index) => {
    const other = secondLines[index];
    return other === undefined || lineContradicts(line, other);
  });
}

function lineContradicts(line: CoreLine, other: CoreLine): boolean {
  return (
    line.quantityMilli !== other.quantityMilli ||
    line.amountKopecks !== other.amountKopecks ||
    differ(line.barcode, other.barcode) ||
    differ(line.paymentMethod, other.paymentMethod) ||
    differ(line.subject, other.subject)
  );
}
