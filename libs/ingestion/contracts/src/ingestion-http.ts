import { z } from 'zod';
import { storeId } from '@potok/retail/fields';
import { revisionKind } from '@potok/retail/document/codes';
import { outcome } from './outcome';

/** The answer for one line of a batch, in the order of the lines. */
export const lineAnswer = z.object({
  line: z.int().min(1).describe('Line of the body, from 1; empty lines count'),
  outcome,
  code: z.string().optional().describe('Why it is held, rejected or to be sent again: closed list'),
  field: z.string().optional().describe('JSON pointer of the field'),
  message: z.string().optional(),
  remedy: z.string().optional().describe('What to do'),
});
export type LineAnswer = z.infer<typeof lineAnswer>;

export const sendAnswer = z.object({
  accepted: z.int().min(0),
  held: z.int().min(0),
  rejected: z.int().min(0),
  retry: z.int().min(0),
  lines: z.array(lineAnswer).describe('Lines that were not plainly accepted; with ?answers=all every line'),
});
export type SendAnswer = z.infer<typeof sendAnswer>;

export const numberRange = z.object({ from: z.int(), to: z.int() });

/** What became of the numbers of a series: the sender deletes only confirmed numbers. */
export const seriesStatus = z.object({
  scheme: z.string(),
  series: z.string(),
  confirmed: z.array(numberRange).describe('Archived (fsync): safe to delete at the sender'),
  held: z.array(numberRange).describe('Archived in quarantine: received, waits for a mapping or a person'),
  conflicts: z.array(numberRange).describe('A second document with another fiscal core was held'),
  highest: z.int().nullable(),
  truncated: z.boolean().describe('More ranges follow: ask again from the last number'),
});
export type SeriesStatus = z.infer<typeof seriesStatus>;

export const opaqueStatusRequest = z.object({ ids: z.array(z.string().min(1).max(128)).min(1).max(1000) });
export const opaqueStatus = z.object({
  statuses: z.array(z.object({ id: z.string(), status: z.enum(['confirmed', 'held', 'unknown']) })),
});
export type OpaqueStatus = z.infer<typeof opaqueStatus>;

export const documentView = z.object({
  documentId: z.string(),
  storeId,
  streamSeq: z.int(),
  revision: z.int(),
  revisionKind: revisionKind.describe('withdrawn and merged: the document counts no more'),
  recordedAt: z.string(),
  document: z.unknown().describe('The canonical document'),
  observations: z.array(
    z.object({
      observationNo: z.int(),
      kind: z
        .enum(['original', 'repeat', 'variant', 'conflict', 'bound', 'overruled', 'chosen'])
        .describe('overruled, chosen = of copies that contradict, what a person decided'),
      receivedAt: z.string(),
      sha256: z.string(),
      count: z.int().optional().describe('How often these bytes came, where they were counted'),
    }),
  ),
});
export type DocumentView = z.infer<typeof documentView>;
