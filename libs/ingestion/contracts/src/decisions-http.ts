import { z } from 'zod';
import { documentId, storeId } from '@potok/retail/fields';
import { revisionKind } from '@potok/retail/document/codes';
import { seriesNameField, seriesSchemeField } from '@potok/retail/document/series-fields';

/** What persons decide about documents: conflicts, mergers, withdrawals, moves to another store. */

export const conflictKind = z
  .enum(['conflict', 'joinsTwoDocuments'])
  .describe('conflict = a copy contradicts the document; joinsTwoDocuments = a copy names several documents');
export const conflictState = z
  .enum(['open', 'kept', 'revised', 'merged'])
  .describe('kept = the first stands; revised = the held copy stands; merged = the documents became one');

export const decisionReason = z
  .string()
  .trim()
  .min(3)
  .max(500)
  .describe('Why, for whoever asks later. No personal data')
  .meta({ examples: ['The till sent the total before the discount; the ОФД has the receipt as printed'] });

export const decisionView = z.object({
  decisionNo: z.string(),
  kind: z.enum(['keep', 'revise', 'merge', 'withdraw', 'remap']),
  documentId,
  otherDocumentId: documentId
    .nullable()
    .describe('The document that was merged into this one, or survives it'),
  conflictNo: z.string().nullable(),
  revision: z
    .int()
    .nullable()
    .describe('The revision of the document that came of it; null = none was needed'),
  decidedBy: z.string().describe("The principal's id"),
  decidedAt: z.string(),
  reason: z.string(),
});
export type DecisionView = z.infer<typeof decisionView>;

export const conflictSummary = z.object({
  conflictNo: z.string(),
  kind: conflictKind,
  state: conflictState,
  documentId: documentId.describe('The document that stands'),
  joinedIds: z.array(documentId).describe('Of joinsTwoDocuments: every document that the copy names'),
  storeId,
  scheme: z.string(),
  series: z.string(),
  number: z.int().nullable(),
  field: z.string().describe('JSON pointer of the first field that contradicts'),
  receivedAt: z.string().describe('When the held copy came first'),
  decision: decisionView.nullable(),
});
export type ConflictSummary = z.infer<typeof conflictSummary>;

export const conflictList = z.object({
  conflicts: z.array(conflictSummary),
  next: z.string().nullable().describe('Ask again with before= this; null = there are no more'),
});
export type ConflictList = z.infer<typeof conflictList>;

const plainValue = z.union([z.string(), z.number(), z.boolean()]).nullable();

export const conflictView = conflictSummary.extend({
  standing: z.unknown().describe('The canonical document that stands, without personal data'),
  held: z
    .unknown()
    .describe('The canonical form of the held copy; null when its bytes are gone with a person'),
  others: z.array(z.unknown()).describe('Of joinsTwoDocuments: the other documents that the copy names'),
  differences: z
    .array(z.object({ field: z.string(), standing: plainValue, held: plainValue }))
    .describe(
      'Field by field; null = not stated. Of joinsTwoDocuments: the first document against the second',
    ),
});
export type ConflictView = z.infer<typeof conflictView>;

export const postDecision = z.object({
  reason: decisionReason,
  overrule: z.boolean().default(false).describe('True to decide otherwise what was decided as `keep` before'),
});
export type PostDecision = z.infer<typeof postDecision>;

export const postMerge = z.object({
  survivorId: documentId.describe('The document that stands for both from now on'),
  mergedId: documentId.describe('The document that counts no more'),
  reason: decisionReason,
});
export type PostMerge = z.infer<typeof postMerge>;

export const mergeAnswer = z.object({
  decision: decisionView,
  contradicts: z.string().nullable().describe('The field in which the two contradict; the survivor stands'),
  survivorRevision: z.int(),
  mergedRevision: z.int(),
  followed: z.int().describe('Held copies that named both and were taken in now'),
});
export type MergeAnswer = z.infer<typeof mergeAnswer>;

export const postWithdrawal = z.object({ reason: decisionReason });
export type PostWithdrawal = z.infer<typeof postWithdrawal>;

export const documentHistory = z.object({
  documentId,
  revisions: z.array(
    z.object({
      revision: z.int(),
      revisionKind,
      storeId,
      streamSeq: z.int().describe('On the documents topic; 0 = archived only'),
      recordedAt: z.string(),
    }),
  ),
  decisions: z.array(decisionView),
});
export type DocumentHistory = z.infer<typeof documentHistory>;

export const postRemap = z.object({
  scheme: seriesSchemeField,
  series: seriesNameField,
  fromNumber: z.int().min(0).default(0),
  toNumber: z.int().min(0).nullable().default(null).describe('Inclusive; null = to the end of the series'),
  reason: decisionReason,
});
export type PostRemap = z.infer<typeof postRemap>;

export const remapView = z.object({
  remapNo: z.string(),
  scheme: z.string(),
  series: z.string(),
  fromNumber: z.int(),
  toNumber: z.int().nullable(),
  state: z.enum(['running', 'done', 'stopped']),
  moved: z.int().describe('Documents that stand elsewhere now'),
  unmoved: z.int().describe('Looked at and left: they stand where they belong, or count no more'),
  startedBy: z.string(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  reason: z.string(),
});
export type RemapView = z.infer<typeof remapView>;

export const remapList = z.object({ remaps: z.array(remapView) });
export type RemapList = z.infer<typeof remapList>;
