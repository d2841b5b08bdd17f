import { z } from 'zod';

/** Finding and erasing persons: the only routes that show personal data beside the archive's own. */

export const postPersonSearch = z.object({
  person: z
    .string()
    .trim()
    .min(2)
    .max(300)
    .describe('Name or tab number or ИНН of an employee; phone, e-mail, card, ИНН or name of a buyer')
    .meta({ examples: ['Иванова А.С.'] }),
  reason: z
    .string()
    .trim()
    .min(3)
    .max(500)
    .describe('Why, for whoever asks later. No personal data')
    .meta({ examples: ['Request no. 17 of 24.11.2026'] }),
});
export type PostPersonSearch = z.infer<typeof postPersonSearch>;

export const personView = z.object({
  subjectNo: z.int().describe('Names the person in a request to erase'),
  kind: z.enum(['employee', 'buyer', 'supplier']),
  stated: z
    .record(z.string(), z.string())
    .describe('As the first document that mentioned the person stated it'),
  knownSince: z.string(),
  documents: z.int().describe('Archived copies whose bytes become unreadable with the person'),
});

export const personSearchAnswer = z.object({ persons: z.array(personView) });
export type PersonSearchAnswer = z.infer<typeof personSearchAnswer>;

export const postErasure = postPersonSearch.extend({
  subjectNos: z
    .array(z.int().min(1))
    .min(1)
    .max(1_000)
    .optional()
    .describe('Which of those that the search finds; absent = all of them'),
});
export type PostErasure = z.infer<typeof postErasure>;

export const erasureAnswer = z.object({
  subjectNos: z.array(z.int()).describe('Erased now; empty when there was nobody left to erase'),
  documents: z.int().describe('Archived copies whose bytes nobody can restore any more'),
  quarantineEntries: z.int().describe('Entries of the quarantine whose bytes are gone'),
  heldDocuments: z.int().describe('Of these, documents that were still held: they cannot be driven again'),
  inboxFreeAt: z
    .string()
    .describe('Until then copies of what was received may stand in the inbox topic, which expires by itself'),
});
export type ErasureAnswer = z.infer<typeof erasureAnswer>;
