import { UuidNamespace } from '@potok/kernel/uuid';

/** The name space of documentIds: fixed for ever, since ids are functions of identities. */
const DOCUMENT_NAMESPACE = new UuidNamespace('8d0c5a52-6f0e-5c9b-9b7e-3f1c2f6a7d10');

export function seriesKey(scheme: string, series: string): string {
  return `${scheme}|${series}`;
}

/** One text per numbered identity: equal texts are equal identities. */
export function numberKey(scheme: string, series: string, number: number): string {
  return `${seriesKey(scheme, series)}#${String(number)}`;
}

/** The documentId that the key of the first identity seen gives a document (register-document §1.2). */
export function documentIdOfKey(identityKey: string): string {
  return DOCUMENT_NAMESPACE.uuidOf(identityKey);
}
