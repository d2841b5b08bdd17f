import type { CanonicalDocument, CanonicalLine } from '@potok/retail/document/canonical-document';

type DocumentTime = CanonicalDocument['time'];
type Identity = CanonicalDocument['identities'][number];
type Payment = NonNullable<CanonicalDocument['payments']>[number];
type FiscalAttributes = NonNullable<CanonicalDocument['fiscal']>;

/** What a decision asks of a line. */
export type ReceiptLine = Pick<
  CanonicalLine,
  | 'lineNo'
  | 'state'
  | 'barcode'
  | 'article'
  | 'externalCode'
  | 'quantityMilli'
  | 'fraction'
  | 'amountKopecks'
  | 'paymentMethod'
  | 'subject'
  | 'agent'
  | 'disposition'
  | 'originalLineNo'
  | 'stockLocationId'
  | 'stockLocationNo'
>;

export type ReceiptTime = Pick<DocumentTime, 'occurredAt' | 'ledgerAt' | 'localDate' | 'businessDate'>;
export type ReceiptIdentity = Pick<Identity, 'scheme' | 'series' | 'number' | 'opaqueId'>;
export type ReceiptPayment = Pick<Payment, 'fiscalKind' | 'amountKopecks'>;
export type ReceiptFiscal = Pick<FiscalAttributes, 'fpd' | 'sellerInn'>;

/**
 * The part of a document that decisions are made of. It is read of every receipt of the chain, and names, prices, VAT
 * and the rest are most of the bytes: no decision about a line whose product is known needs them.
 */
export interface ReceiptDocument extends Pick<
  CanonicalDocument,
  | 'type'
  | 'storeId'
  | 'registerId'
  | 'legalEntityId'
  | 'form'
  | 'operation'
  | 'fiscalState'
  | 'businessState'
  | 'correction'
  | 'correctsFpd'
  | 'totalKopecks'
  | 'returnOf'
> {
  readonly identities: readonly ReceiptIdentity[];
  readonly time: ReceiptTime;
  readonly fiscal?: ReceiptFiscal | undefined;
  readonly payments?: readonly ReceiptPayment[] | undefined;
  readonly lines: readonly ReceiptLine[];
}

/** A document that is decided upon, and all of it: its lines say what a thing is that leads to no product. */
export interface DecidableReceipt {
  readonly document: ReceiptDocument;
  readonly whole: () => CanonicalDocument;
}

export function decidable(document: CanonicalDocument): DecidableReceipt {
  return { document, whole: () => document };
}
