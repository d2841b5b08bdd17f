import type { CanonicalDocument } from '@potok/retail/document/canonical-document';
import type { Findings } from './findings';

type Summed = Pick<
  CanonicalDocument,
  'type' | 'form' | 'totalKopecks' | 'roundingKopecks' | 'payments' | 'lines'
>;

/** What rounding inside a till may explain. */
const TOLERANCE_KOPECKS = 1;

/** Compares what a receipt states with what its parts come to. A till's defect is a finding, never a refusal. */
export function noteSums(document: Summed, findings: Findings): void {
  if (document.type !== 'receipt') return;
  if (document.lines.length === 0) {
    if (document.form === 'receipt' || document.form === 'strictForm') findings.note('linesMissing', null);
  } else noteTotal(document, findings);
  notePayments(document, findings);
}

function noteTotal(document: Summed, findings: Findings): void {
  let sum = 0;
  for (const line of document.lines) {
    if (line.state !== 'sold') continue;
    sum += line.amountKopecks;
    if (line.priceKopecks === undefined || line.quantityMilli === 0) continue;
    const expected = (line.priceKopecks * line.quantityMilli) / 1000;
    const tolerance = TOLERANCE_KOPECKS + (line.priceRaw === undefined ? 0 : line.quantityMilli / 1000);
    if (Math.abs(expected - line.amountKopecks) > tolerance)
      findings.note('lineMismatch', 'amountKopecks', line.lineNo);
  }
  const expected = sum - (document.roundingKopecks ?? 0);
  if (Math.abs(expected - (document.totalKopecks ?? 0)) > TOLERANCE_KOPECKS)
    findings.note('totalMismatch', 'totalKopecks');
}

function notePayments(document: Summed, findings: Findings): void {
  if (document.payments === undefined || document.payments.length === 0) return;
  let paid = 0;
  for (const payment of document.payments) if (payment.fiscalKind !== 'none') paid += payment.amountKopecks;
  if (Math.abs(paid - (document.totalKopecks ?? 0)) > TOLERANCE_KOPECKS)
    findings.note('paymentMismatch', 'payments');
}
