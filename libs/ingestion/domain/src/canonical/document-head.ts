import type { CanonicalDocument } from '@potok/retail/document/canonical-document';

/** What numbering and completeness need of a canonical document once it is serialised. */
export type DocumentHead = Pick<
  CanonicalDocument,
  | 'type'
  | 'subtype'
  | 'storeId'
  | 'storeNo'
  | 'registerNo'
  | 'identities'
  | 'shift'
  | 'time'
  | 'operation'
  | 'fiscalState'
  | 'businessState'
  | 'totalKopecks'
  | 'payments'
  | 'closeReport'
>;

/** Without its lines, so that they need not be kept. */
export function headOfDocument(document: DocumentHead): DocumentHead {
  const { type, subtype, storeId, storeNo, registerNo, identities, shift, time } = document;
  const { operation, fiscalState, businessState, totalKopecks, payments, closeReport } = document;
  return {
    type,
    subtype,
    storeId,
    storeNo,
    registerNo,
    identities,
    shift,
    time,
    operation,
    fiscalState,
    businessState,
    totalKopecks,
    payments,
    closeReport,
  };
}
