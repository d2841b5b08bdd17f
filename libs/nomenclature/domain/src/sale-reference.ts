import type { LinkedBy } from '@potok/nomenclature-contracts/receipt-meaning';
import type { ReceiptDocument } from './receipt-document';
import { documentIdOfKey, numberKey } from '@potok/retail/document/document-id';
import type { Identity } from '@potok/retail/document/identity';

/**
 * How a receipt names the one that it returns, mends or corrects. A number of a ФН leads to the document in two ways:
 * its documentId is a function of the first identity seen, and further identities are kept under their key.
 */
export type SaleReference =
  | { readonly by: 'documentId'; readonly documentId: string }
  | { readonly by: 'fiscal'; readonly documentId: string; readonly key: string }
  | { readonly by: 'vendor'; readonly key: string }
  | { readonly by: 'fpd'; readonly fpd: number }
  | {
      readonly by: Extract<LinkedBy, 'basis'>;
      readonly documentId: string;
      readonly key: string;
      /** Local date that the corrected receipt must have: an order's number may look like a ФД number. */
      readonly localDate: string;
    };

const FN = 'fn';
const DOCUMENT_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** What it names, the surest first. */
export function saleReferences(document: ReceiptDocument): SaleReference[] {
  const { returnOf, correctsFpd, correction } = document;
  const references: SaleReference[] = [];
  if (returnOf?.documentId !== undefined && DOCUMENT_ID.test(returnOf.documentId)) {
    references.push({ by: 'documentId', documentId: returnOf.documentId });
  }
  if (returnOf?.fiscal !== undefined) {
    references.push({ by: 'fiscal', ...fiscalName(returnOf.fiscal.fn, returnOf.fiscal.fd) });
  }
  if (returnOf?.vendor !== undefined) {
    references.push({ by: 'vendor', key: vendorKey(returnOf.vendor.system, returnOf.vendor.id) });
  }
  const fpd = fpdNumber(correctsFpd);
  if (fpd !== null) references.push({ by: 'fpd', fpd });
  const basis = correction === undefined ? null : basisReference(document);
  if (basis !== null) references.push(basis);
  return references;
}

/** Does it name a receipt at all? Most do not; asked of every receipt. */
export function namesReceipt({ returnOf, correctsFpd, correction }: ReceiptDocument): boolean {
  return returnOf !== undefined || correctsFpd !== undefined || correction !== undefined;
}

/** 1177–1179: a basis that is a ФД number of the same ФН on the stated day. */
function basisReference({ correction, identities }: ReceiptDocument): SaleReference | null {
  const fn = identities.find(({ scheme }) => scheme === FN);
  const localDate = dateOf(correction?.basisDate);
  const number = correction?.basisNumber?.trim();
  if (fn === undefined || localDate === null || number === undefined || !/^\d{1,10}$/.test(number))
    return null;
  return { by: 'basis', ...fiscalName(fn.series, Number(number)), localDate };
}

function fiscalName(series: string, number: number): { documentId: string; key: string } {
  const key = numberKey(FN, series.trim(), number);
  return { documentId: documentIdOfKey(key), key };
}

/** `YYYY-MM-DD` of the spellings that senders use. */
function dateOf(text: string | undefined): string | null {
  const iso = /^(\d{4}-\d{2}-\d{2})/.exec(text?.trim() ?? '');
  if (iso?.[1] !== undefined) return iso[1];
  const russian = /^(\d{2})\.(\d{2})\.(\d{4})/.exec(text?.trim() ?? '');
  return russian === null ? null : `${russian[3] ?? ''}-${russian[2] ?? ''}-${russian[1] ?? ''}`;
}

/** A ФПД as a number: senders differ in its leading zeros. */
export function fpdNumber(fpd: string | undefined): number | null {
  return fpd === undefined || !/^\d{1,10}$/.test(fpd) ? null : Number(fpd);
}

function vendorKey(system: string, id: string): string {
  return `${system}=${id}`;
}

/**
 * Keys under which a document is to be found beside its documentId: further numbers of a ФН, and what foreign systems
 * call it, whose series a reference does not state.
 */
export function identityKeys(identities: readonly Identity[]): string[] {
  const keys: string[] = [];
  for (const [index, identity] of identities.entries()) {
    if (identity.opaqueId !== undefined) keys.push(vendorKey(identity.scheme, identity.opaqueId));
    else if (index > 0 && identity.scheme === FN && identity.number !== undefined) {
      keys.push(numberKey(FN, identity.series, identity.number));
    }
  }
  return keys;
}
