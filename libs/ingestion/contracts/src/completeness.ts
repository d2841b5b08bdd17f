import { z } from 'zod';
import { instant } from '@potok/retail/fields';
import { seriesNameField, seriesSchemeField } from '@potok/retail/document/series-fields';

/** Words and parts of a completeness statement (register-document §4); the event and the HTTP answers share them. */

export const completenessStatuses = ['open', 'complete', 'incomplete', 'unprovable'] as const;
export const completenessStatus = z
  .enum(completenessStatuses)
  .describe(
    'complete = proved that all is here; incomplete = a hole is open; open = nothing is missing so far, the end is not proved; unprovable = can never be proved',
  );
export type CompletenessStatus = (typeof completenessStatuses)[number];

export const completenessBases = [
  'documents',
  'closeReport',
  'nextShift',
  'heartbeat',
  'fnArchive',
  'ofd',
  'vendorCounter',
  'pollWindow',
  'declared',
  'act',
] as const;
export const completenessBasis = z
  .enum(completenessBases)
  .describe(
    'What proves it: documents = numbers without holes up to the last one received; act = a ФН that ended without a report was closed by a person',
  );
export type CompletenessBasis = (typeof completenessBases)[number];

export const holeClasses = ['receipts', 'someReceipts', 'possibleReceipts', 'tail', 'noReceipts'] as const;
export const holeClass = z
  .enum(holeClasses)
  .describe(
    'receipts = each missing number is a receipt; someReceipts = at least one is; possibleReceipts = may be; tail = stated by the sender, behind the last one received; noReceipts = proved to hold none, closes itself',
  );
export type HoleClass = (typeof holeClasses)[number];

export const holeReasons = [
  'missing',
  'inSpool',
  'betweenConsecutiveReceipts',
  'shiftReportsOnly',
  'registrationReport',
  'received',
  'closedByPerson',
  'closedByAct',
] as const;
export const holeReason = z
  .enum(holeReasons)
  .describe(
    'Why it is open: missing, inSpool (the sender says that it still has them). Why it is closed: betweenConsecutiveReceipts (receipts 1042 go on without a break), shiftReportsOnly (only reports of shifts fit in), registrationReport (in front of the first shift of a ФН, only the report of its registration fits in), received, closedByPerson, closedByAct',
  );
export type HoleReason = (typeof holeReasons)[number];

export const seriesBeginnings = ['registered', 'declared', 'firstNumber', 'unknown'] as const;
export const seriesBeginning = z
  .enum(seriesBeginnings)
  .describe(
    'How it is known where the series begins: registered = fromNumber of its registration; declared = a person states it; firstNumber = no number can stand in front of the first one received; unknown = documents may be lost in front of the first one received, and leave no hole',
  );
export type SeriesBeginning = (typeof seriesBeginnings)[number];

/** Missing numbers of a series that stand together. */
export const hole = z.object({
  from: z.int().min(0).describe('First missing number'),
  to: z.int().min(0).describe('Last missing number'),
  state: z.enum(['open', 'closed']).describe('open = counts as missing'),
  class: holeClass,
  reason: holeReason,
  receiptsMin: z.int().min(0).describe('So many receipts are missing at least'),
  receiptsMax: z.int().min(0).describe('So many receipts are missing at most'),
  shiftNumber: z
    .int()
    .nullable()
    .describe('Shift (1038) that it stands in; null = between shifts or not known'),
  evidence: z
    .string()
    .max(200)
    .describe('What tells of it, in short')
    .meta({ examples: ['1042 goes from 17 to 19'] }),
  noticedAt: instant.describe('When it was noticed'),
  resendRequestedAt: instant.nullable().describe('When the sender was asked for it; null = not yet'),
});
export type Hole = z.infer<typeof hole>;

export const reportDifference = z.object({
  origin: z
    .enum(['closeReport', 'fiscalShift1194', 'fiscalFn1157', 'register', 'vendor'])
    .describe('Whose counter it is; closeReport = counts 1118 and 1111'),
  operation: z.string().max(20).nullable().describe('Operation that was counted; null = all'),
  measure: z
    .enum(['receiptCount', 'documentCount', 'totalKopecks', 'cashKopecks', 'electronicKopecks'])
    .describe('Counter that differs'),
  stated: z.int().describe('As the close report states it'),
  counted: z.int().describe('As the received documents come to'),
});
export type ReportDifference = z.infer<typeof reportDifference>;

export const reportResults = ['full', 'partial', 'countsOnly', 'none', 'pending'] as const;
export type ReportResult = (typeof reportResults)[number];

export const reportComparison = z
  .object({
    result: z
      .enum(reportResults)
      .describe(
        'How much could be compared: full = counts and sums of every operation; partial = some of them; countsOnly = it states no sums; none = it states nothing; pending = its documents are not all here yet',
      ),
    differences: z.array(reportDifference).max(100).describe('Each difference; empty = it agrees'),
  })
  .describe('The close report against the documents of its shift');
export type ReportComparison = z.infer<typeof reportComparison>;

export const shiftStatement = z.object({
  number: z.int().min(0).describe('Shift number (1038)'),
  status: completenessStatus,
  basis: completenessBasis.nullable().describe('What proves it; null = nothing does'),
  openedAt: instant.nullable().describe('ledgerAt of its opening report; null = not received'),
  closedAt: instant.nullable().describe('ledgerAt of its close report; null = not received'),
  firstNumber: z.int().nullable().describe('Lowest number received of it'),
  lastNumber: z.int().nullable().describe('Highest number received of it'),
  expected: z.int().nullable().describe('Receipts that it has (1118); null = not known'),
  have: z.int().min(0).describe('Receipts of it that are here'),
  report: reportComparison.nullable().describe('null = no close report was received'),
});
export type ShiftStatement = z.infer<typeof shiftStatement>;

export const fnEnded = z
  .object({
    how: z.enum(['report', 'failed', 'lost']).describe('report = by its own closing report (ФД)'),
    lastNumber: z.int().min(0).nullable().describe('Last ФД number, where it is known'),
    act: z.string().max(200).nullable().describe('The act (document) that says so'),
  })
  .describe('How the ФН ended');
export type FnEnded = z.infer<typeof fnEnded>;

export const seriesStatement = z.object({
  scheme: seriesSchemeField,
  series: seriesNameField,
  numbering: z.enum(['dense', 'receiptsOnly', 'opaque']).describe('As registered'),
  coverage: z.array(z.string().max(40)).describe('Forms of documents that its sender promises; empty = all'),
  status: completenessStatus,
  basis: completenessBasis.nullable().describe('What proves completeUpTo; null = nothing does'),
  completeUpTo: instant
    .nullable()
    .describe('Everything of this series up to then is here; null = unprovable'),
  since: z.int().nullable().describe('First number that is asked for: a ФН may be joined in mid-life'),
  beginning: seriesBeginning
    .nullable()
    .optional()
    .describe('What `since` rests on; null = it has no numbers; absent in statements of earlier releases'),
  receiptsBefore: z
    .int()
    .min(0)
    .optional()
    .describe(
      'Beginning unknown: so many receipts of its first shift were printed before the first document received (1042), at least',
    ),
  lastDocumentAt: instant
    .nullable()
    .optional()
    .describe('ledgerAt of the document with the highest number; null = none was received'),
  lastNumber: z.int().nullable().describe('Highest number received'),
  statedLastNumber: z.int().nullable().describe('Highest number that the sender has stated; null = none'),
  unsent: z.int().nullable().describe('Documents in its spool, as the sender last said'),
  expected: z.int().nullable().describe('Numbers from `since` to the highest known one'),
  have: z.int().min(0).describe('Numbers of them that are here, held ones included'),
  ended: fnEnded.nullable().describe('How the ФН ended; null = it has not, as far as is known'),
  holes: z.array(hole).max(100).describe('Open holes, lowest first; at most 100'),
  holesOpen: z.int().min(0).describe('How many holes are open'),
  shifts: z
    .array(shiftStatement)
    .max(100)
    .describe('Shifts that are not settled, and those that were settled since the last statement'),
});
export type SeriesStatement = z.infer<typeof seriesStatement>;

/** The series that keeps a register from being complete up to a later moment. */
export const heldBackBy = z
  .object({
    scheme: seriesSchemeField,
    series: seriesNameField,
    completeUpTo: instant.nullable().describe('Of this series; null = unprovable'),
    lastDocumentAt: instant.nullable().describe('ledgerAt of its last document'),
  })
  .describe(
    'Of several series in use the one that proves least: a ФН that has stopped without a word is ended by a person',
  );
export type HeldBackBy = z.infer<typeof heldBackBy>;

/** A statement about one register: what is said of it on the topic and over HTTP. */
export const completenessFields = {
  statementNo: z.int().min(1).describe('Number of the statement: 1, 2, 3 … for each register'),
  completeUpTo: instant
    .nullable()
    .describe(
      'Every document of this register that happened up to then is here (where it has a ФН: every fiscal document); null = cannot be proved',
    ),
  completeUpToBasis: completenessBasis.nullable().describe('What proves it; null = nothing does'),
  status: completenessStatus,
  beginningsUnknown: z
    .int()
    .min(0)
    .optional()
    .describe(
      'Series that decide and of which it is not known where they begin: completeUpTo says nothing of what was before',
    ),
  heldBackBy: heldBackBy.nullable().optional().describe('null = no other series in use proves more'),
  lastHeardAt: instant.nullable().describe('When the register was last heard of'),
  holesOpen: z.int().min(0).describe('Open holes of all its series'),
  numbersMissing: z.int().min(0).describe('Numbers in them'),
  shiftsIncomplete: z.int().min(0).describe('Closed shifts of which receipts are missing'),
  reportsDiffering: z.int().min(0).describe('Close reports that disagree with the documents'),
  documentsSeq: z
    .int()
    .min(0)
    .describe(
      'Sequence of the store on retail.register.documents.v1: whoever has applied it has everything that is stated here',
    ),
  series: z.array(seriesStatement).describe('The series of the register'),
};
export const registerStatement = z.object(completenessFields);
export type RegisterStatement = z.infer<typeof registerStatement>;
