import type { CanonicalDocument, CanonicalLine } from '@potok/retail/document/canonical-document';

type Discount = NonNullable<CanonicalLine['discounts']>[number];
type Payment = NonNullable<CanonicalDocument['payments']>[number];

export type ReportedVat = Pick<NonNullable<CanonicalLine['vat']>, 'rate' | 'amountKopecks'>;
export type ReportedDiscount = Pick<Discount, 'origin' | 'amountKopecks'>;

/** What reports count of a line. */
export interface ReportedLine extends Pick<
  CanonicalLine,
  'lineNo' | 'state' | 'quantityMilli' | 'amountKopecks'
> {
  readonly discounts?: readonly ReportedDiscount[] | undefined;
  readonly vat?: ReportedVat | undefined;
}

export type ReportedTime = Pick<
  CanonicalDocument['time'],
  'occurredAt' | 'timeQuality' | 'localDate' | 'businessDate'
>;
export type ReportedIdentity = Pick<CanonicalDocument['identities'][number], 'scheme' | 'series' | 'number'>;
export type ReportedShift = Pick<NonNullable<CanonicalDocument['shift']>, 'number' | 'receiptNumber'>;
export type ReportedPayment = Pick<Payment, 'fiscalKind' | 'instrument' | 'amountKopecks' | 'cashOutKopecks'>;

/** The part of a document that reports are made of. It is read of every receipt of the chain: names and codes are not. */
export interface ReportedDocument extends Pick<
  CanonicalDocument,
  | 'registerId'
  | 'registerNo'
  | 'legalEntityId'
  | 'operationId'
  | 'form'
  | 'operation'
  | 'fiscalState'
  | 'businessState'
  | 'correctsFpd'
  | 'totalKopecks'
  | 'roundingKopecks'
  | 'vatTotals'
  | 'returnOf'
  | 'cashierRef'
> {
  readonly identities: readonly ReportedIdentity[];
  readonly shift?: ReportedShift | undefined;
  readonly time: ReportedTime;
  readonly payments?: readonly ReportedPayment[] | undefined;
  readonly lines: readonly ReportedLine[];
}
