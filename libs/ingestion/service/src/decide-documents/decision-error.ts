import { declareProblems } from '@potok/platform-http/problem';

/** Why something cannot be decided. */
export type DecisionError =
  | { readonly code: 'conflictUnknown' }
  | { readonly code: 'conflictDecided'; readonly state: string; readonly by: string }
  | { readonly code: 'conflictNeedsMerge'; readonly documentIds: readonly string[] }
  | { readonly code: 'copyErased' }
  | { readonly code: 'copyUnreadable' }
  | { readonly code: 'copyOfAnotherType' }
  | { readonly code: 'registerArchived'; readonly registerId: string }
  | { readonly code: 'documentUnknown'; readonly documentId: string }
  | { readonly code: 'documentArchivedOnly'; readonly documentId: string }
  | { readonly code: 'documentCountsNoMore'; readonly documentId: string; readonly revisionKind: string }
  | { readonly code: 'sameDocument' }
  | { readonly code: 'seriesUnknown' }
  | { readonly code: 'remapUnknown' };

export const decisionProblems = declareProblems({
  conflictUnknown: {
    status: 404,
    title: 'There is no such conflict',
    remedy: 'List them: GET /v1/ingestion/conflicts.',
  },
  conflictDecided: {
    status: 409,
    title: 'It was decided otherwise before',
    remedy: 'Read the conflict; to have the held copy stand after all, revise it with overrule: true.',
  },
  conflictNeedsMerge: {
    status: 409,
    title: 'The copy names several documents',
    remedy: 'Merge these documents (POST /v1/ingestion/merges), or keep them apart (…/keep).',
  },
  copyErased: {
    status: 410,
    title: 'The bytes of the held copy are gone',
    remedy: 'A person whom they mention was erased: the copy that stands can only be kept.',
  },
  copyUnreadable: {
    status: 409,
    title: 'The held copy cannot be read as a document any more',
    remedy: 'Keep the copy that stands.',
  },
  copyOfAnotherType: {
    status: 409,
    title: 'The held copy is a document of another kind',
    remedy: 'A receipt stays a receipt: keep it, or withdraw it where it should never have counted.',
  },
  registerArchived: {
    status: 409,
    title: 'The register of the document is archived',
    remedy: 'Take the register out of the archive first.',
  },
  documentUnknown: {
    status: 404,
    title: 'There is no such document',
    remedy: 'Look for it by its series and number; a document in quarantine has no id yet.',
  },
  documentArchivedOnly: {
    status: 409,
    title: 'The document was archived and never published',
    remedy: 'Nothing has to be done: documents of training drives count nowhere.',
  },
  documentCountsNoMore: {
    status: 409,
    title: 'The document counts no more',
    remedy: 'Read its history: GET /v1/ingestion/documents/<documentId>/history.',
  },
  sameDocument: {
    status: 422,
    title: 'A document cannot be merged into itself',
    remedy: 'Name two different documents.',
  },
  seriesUnknown: {
    status: 404,
    title: 'Nothing was ever received of this series',
    remedy: 'Compare scheme and series with the identities of a document.',
  },
  remapUnknown: {
    status: 404,
    title: 'There is no such remap',
    remedy: 'List them: GET /v1/ingestion/remaps.',
  },
});
