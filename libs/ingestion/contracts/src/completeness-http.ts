import { z } from 'zod';
import { instant, integerTwin, registerId, storeId } from '@potok/retail/fields';
import { seriesNameField, seriesSchemeField } from '@potok/retail/document/series-fields';
import {
  completenessBasis,
  completenessFields,
  completenessStatus,
  fnEnded,
  heldBackBy,
  hole,
  shiftStatement,
} from './completeness';

/** Bodies and answers of the completeness API. */

export const heartbeatSeries = z.object({
  scheme: seriesSchemeField,
  series: seriesNameField,
  lastNumber: z
    .int()
    .min(0)
    .optional()
    .describe('Last number that the register has given; not for series without order')
    .meta({ examples: [1260] }),
  unsent: z
    .int()
    .min(0)
    .optional()
    .describe('Documents of it that wait in the spool')
    .meta({ examples: [0] }),
  polledUpTo: instant
    .optional()
    .describe('Sources without numbers: a periodic pull has fetched everything up to then'),
  basis: z
    .enum(['heartbeat', 'fnArchive', 'ofd', 'vendorCounter'])
    .optional()
    .describe('Where lastNumber is from; absent = heartbeat, the register itself'),
});
export type HeartbeatSeries = z.infer<typeof heartbeatSeries>;

/** Every minute while a register is on line: silence proves nothing. */
export const heartbeat = z.object({
  registerId: registerId
    .optional()
    .describe('May be left out when the credential speaks for one register only'),
  deviceTime: instant.describe("The register's own clock"),
  series: z.array(heartbeatSeries).max(50).describe('Every series that the register numbers documents in'),
});
export type Heartbeat = z.infer<typeof heartbeat>;

export const heartbeatCodes = [
  'invalidJson',
  'shapeUnknown',
  'registerUnknown',
  'registerNotInScope',
  'seriesElsewhere',
] as const;

/** Numbers that a sender is asked to send again. */
export const resendRequest = z.object({
  requestId: z.int().describe('Of the hole behind it'),
  registerId,
  scheme: seriesSchemeField,
  series: seriesNameField,
  from: z.int().min(0).describe('First number, inclusive'),
  to: z.int().min(0).describe('Last number, inclusive'),
  requestedAt: instant,
});
export type ResendRequest = z.infer<typeof resendRequest>;

export const heartbeatAnswer = z.object({
  accepted: z.int().min(0),
  rejected: z.int().min(0),
  lines: z
    .array(
      z.object({
        line: z.int().min(1).describe('Line of the body, or place in the array, from 1'),
        code: z.enum(heartbeatCodes).describe('seriesElsewhere = its numbers belong to another register'),
        field: z.string().nullable().describe('JSON pointer of the field'),
      }),
    )
    .describe('What was rejected'),
  resend: z
    .array(resendRequest)
    .max(1000)
    .describe('Outstanding requests for the registers of the heartbeats: send these documents again'),
});
export type HeartbeatAnswer = z.infer<typeof heartbeatAnswer>;

export const resendRequests = z.object({ requests: z.array(resendRequest) });

/** The latest statement about a register, with its age. */
export const registerCompleteness = z.object({
  storeId,
  registerId,
  registerNo: integerTwin,
  statedAt: instant.describe('When the statement was made'),
  silentSeconds: z
    .int()
    .min(0)
    .nullable()
    .describe('Seconds since the register was last heard of; null = never'),
  ...completenessFields,
});
export type RegisterCompleteness = z.infer<typeof registerCompleteness>;

/** A register in a list: why it is not complete, in short. */
export const registerSummary = z.object({
  storeId,
  registerId,
  status: completenessStatus,
  completeUpTo: instant.nullable(),
  completeUpToBasis: completenessBasis.nullable(),
  lastHeardAt: instant.nullable(),
  silentSeconds: z.int().min(0).nullable(),
  silent: z.boolean().describe('Not heard of for longer than a heartbeat may take'),
  beginningsUnknown: z
    .int()
    .min(0)
    .describe(
      'Series of which it is not known where they begin: completeUpTo says nothing of what was before',
    ),
  heldBackBy: heldBackBy.nullable().describe('null = no other series in use proves more'),
  heldBackSeconds: z
    .int()
    .min(0)
    .nullable()
    .describe(
      'So long that series had given nothing when the register was last heard of; null = not held back',
    ),
  heldBack: z.boolean().describe('For longer than a series in use may rest: end it, if it has ended'),
  holesOpen: z.int().min(0),
  numbersMissing: z.int().min(0),
  shiftsIncomplete: z.int().min(0),
  reportsDiffering: z.int().min(0),
});
export type RegisterSummary = z.infer<typeof registerSummary>;

/** Which register decides how far something is complete, and what that register proves it by. */
export const decidingRegister = z.object({
  registerId,
  completeUpTo: instant.nullable().describe('null = nothing proves it: no less than this is missing'),
  basis: completenessBasis.nullable(),
});
export type DecidingRegister = z.infer<typeof decidingRegister>;

export const storeCompleteness = z.object({
  storeId,
  completeUpTo: instant
    .nullable()
    .describe('The least of its registers; null = one of them cannot be proved, or none was heard of'),
  decidedBy: decidingRegister
    .nullable()
    .describe('The register that completeUpTo is of: one that cannot be proved, else the least; null = none'),
  status: completenessStatus,
  holesOpen: z.int().min(0),
  numbersMissing: z.int().min(0),
  documentsSeq: z.int().min(0).describe('The least sequence that the statements of its registers take in'),
  registers: z.array(registerSummary),
});
export type StoreCompleteness = z.infer<typeof storeCompleteness>;

export const chainCompleteness = z.object({
  asOf: instant,
  completeUpTo: instant.nullable().describe('The least of all registers that can be proved; null = none can'),
  decidedBy: decidingRegister
    .nullable()
    .describe('The register that completeUpTo is of, and its basis; null = none can be proved'),
  registers: z.int().min(0).describe('Registers that were heard of'),
  complete: z.int().min(0),
  open: z.int().min(0),
  incomplete: z.int().min(0),
  unprovable: z.int().min(0),
  silent: z.int().min(0),
  heldBack: z.int().min(0).describe('Registers that a series holds back which has stopped, as it seems'),
  beginningsUnknown: z.int().min(0).describe('Registers with a series of which the beginning is not known'),
  holesOpen: z.int().min(0),
  numbersMissing: z.int().min(0),
  shiftsIncomplete: z.int().min(0),
  reportsDiffering: z.int().min(0),
  notComplete: z
    .array(registerSummary)
    .describe('Registers that are incomplete, unprovable, silent or held back, by registerId; a page'),
  next: z.string().nullable().describe('Ask again with after=…; null = these were the last'),
});
export type ChainCompleteness = z.infer<typeof chainCompleteness>;

export const holeView = z.object({
  holeId: z.int(),
  storeId,
  registerId,
  scheme: seriesSchemeField,
  series: seriesNameField,
  ...hole.shape,
  closedAt: instant.nullable(),
  closedBy: z.string().nullable().describe('Who closed it, where a person did'),
  note: z.string().nullable().describe('What that person wrote'),
});
export type HoleView = z.infer<typeof holeView>;

export const holesAnswer = z.object({
  holes: z.array(holeView),
  next: z.string().nullable().describe('Ask again with after=…; null = these were the last'),
});
export type HolesAnswer = z.infer<typeof holesAnswer>;

export const closeHole = z.object({
  reason: z
    .string()
    .trim()
    .min(3)
    .max(500)
    .describe('Why it will never come')
    .meta({ examples: ['Касса сгорела, акт № 7 от 02.03.2026'] }),
});
export type CloseHole = z.infer<typeof closeHole>;

export const postFnEnded = z.object({
  how: fnEnded.shape.how,
  lastNumber: z.int().min(0).optional().describe('Last ФД number, where it is known'),
  act: z.string().trim().min(1).max(200).optional().describe('The act (document) that says so'),
});
export type PostFnEnded = z.infer<typeof postFnEnded>;

export const postDeclared = z.object({
  completeUpTo: instant
    .refine((moment) => !Number.isNaN(Date.parse(moment)), 'a moment that there is')
    .describe('Everything of this series up to then is here'),
  reason: z.string().trim().min(3).max(500).describe('How it is known'),
});
export type PostDeclared = z.infer<typeof postDeclared>;

export const postBeginning = z.object({
  fromNumber: z
    .int()
    .min(0)
    .describe('First number that the series has, or that is asked for; 1 for a ФН that began here'),
  reason: z.string().trim().min(3).max(500).describe('How it is known'),
});
export type PostBeginning = z.infer<typeof postBeginning>;

export const settlingKinds = ['holeClosed', 'fnEnded', 'declared', 'beginningStated'] as const;
export type SettlingKind = (typeof settlingKinds)[number];

/** What a person has stated of a series, in that person's words. */
export const settlingView = z.object({
  decisionNo: z.int(),
  kind: z.enum(settlingKinds),
  scheme: seriesSchemeField,
  series: seriesNameField,
  holeId: z.int().nullable().describe('Of a hole that was closed'),
  decidedBy: z.string().describe('Who'),
  decidedAt: instant,
  body: z.record(z.string(), z.unknown()).describe('As it was stated'),
});
export type SettlingView = z.infer<typeof settlingView>;

export const settlingsAnswer = z.object({
  decisions: z.array(settlingView).describe('Newest first'),
  next: z.string().nullable().describe('Ask again with before=…; null = these were the last'),
});
export type SettlingsAnswer = z.infer<typeof settlingsAnswer>;

export const seriesChanged = z.object({
  scheme: seriesSchemeField,
  series: seriesNameField,
  registerIds: z.array(registerId).describe('Registers whose statement follows'),
});

export const shiftView = z.object({
  storeId,
  registerId,
  scheme: seriesSchemeField,
  series: seriesNameField,
  ...shiftStatement.shape,
});
export type ShiftView = z.infer<typeof shiftView>;

export const shiftsAnswer = z.object({
  shifts: z.array(shiftView),
  next: z.string().nullable().describe('Ask again with after=…; null = these were the last'),
});
export type ShiftsAnswer = z.infer<typeof shiftsAnswer>;
