import type { CanonicalDocument, CanonicalLine } from '@potok/retail/document/canonical-document';

const MINUTE_LENGTH = 'YYYY-MM-DDTHH:MM'.length;

/**
 * The first field in which two documents with one identity contradict each other, or null. Fields are compared where
 * both state them; of lines only two full copies.
 */
export function contradiction(first: CanonicalDocument, second: CanonicalDocument): string | null {
  if (first.type !== second.type) return 'type';
  if (differ(first.form, second.form)) return 'form';
  if (differ(first.operation, second.operation)) return 'operation';
  if (differ(first.totalKopecks, second.totalKopecks)) return 'totalKopecks';
  if (differ(minuteOf(first), minuteOf(second))) return 'occurredAtLocal';
  if (differ(paymentsOf(first), paymentsOf(second))) return 'payments';
  if (differ(fpdOf(first), fpdOf(second))) return 'fiscal.fpd';
  return linesContradict(first, second) ? 'lines' : null;
}

/** The lines that count: in the order of the document, voided ones left out, since a fiscal copy has none. */
export function soldLines(document: CanonicalDocument): readonly CanonicalLine[] {
  return document.lines.filter((line) => line.state === 'sold');
}

function differ(first: string | number | undefined, second: string | number | undefined): boolean {
  return first !== undefined && second !== undefined && first !== second;
}

function minuteOf({ time }: CanonicalDocument): string | undefined {
  return time.timeQuality === 'missing' ? undefined : time.occurredAt.slice(0, MINUTE_LENGTH);
}

function fpdOf({ fiscal }: CanonicalDocument): string | undefined {
  return fiscal?.fpd?.padStart(10, '0');
}

/** Sums by fiscal kind: one copy may split a kind by instruments. */
function paymentsOf({ payments }: CanonicalDocument): string | undefined {
  if (payments === undefined || payments.length === 0) return undefined;
  const sums = new Map<string, number>();
  for (const { fiscalKind, amountKopecks } of payments)
    sums.set(fiscalKind, (sums.get(fiscalKind) ?? 0) + amountKopecks);
  const stated = [...sums]
    .filter(([, kopecks]) => kopecks !== 0)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify(stated);
}

function linesContradict(first: CanonicalDocument, second: CanonicalDocument): boolean {
  if (first.detail === 'totalsOnly' || second.detail === 'totalsOnly') return false;
  const firstLines = soldLines(first);
  const secondLines = soldLines(second);
  if (firstLines.length === 0 || secondLines.length === 0) return false;
  if (firstLines.length !== secondLines.length) return true;
  return firstLines.some((line, index) => {
    const other = secondLines[index];
    if (other === undefined) return true;
    const sameSums = line.quantityMilli === other.quantityMilli && line.amountKopecks === other.amountKopecks;
    return !sameSums || differ(line.barcode, other.barcode);
  });
}
