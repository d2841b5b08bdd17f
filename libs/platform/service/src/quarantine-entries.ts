import type { Principal } from '@potok/platform-auth/principal';
import { ProblemError } from '@potok/platform-http/problem';
import { queryInteger } from '@potok/platform-http/zod-input';
import type { Tx } from '@potok/platform-postgres/tx';
import type { QuarantineRow, QuarantineRowWithBytes } from '@potok/platform-quarantine/quarantine';
import { z } from 'zod';
import { operationsProblems } from './operations-problems';
import type { ServiceRuntime } from './service-runtime';

const entryState = z
  .enum(['open', 'redriven', 'dismissed'])
  .describe('redriven = applied after all; dismissed = a person decided that it needs nothing');

export const entryQuery = z.object({
  state: entryState.optional(),
  reason: z.string().max(60).optional(),
  source: z.string().max(100).optional(),
  subjectKey: z.string().max(200).optional(),
  before: queryInteger(1, Number.MAX_SAFE_INTEGER)
    .optional()
    .describe('Entries older than this id: the next page'),
  limit: queryInteger(1, 1000).default(100),
});
export type EntryQuery = z.infer<typeof entryQuery>;

const entry = z.object({
  entryId: z.string(),
  source: z.string().describe('What stood in the way: `intake`, or the name of a consumer'),
  reason: z.string(),
  detail: z.string().nullable(),
  subjectKey: z.string().nullable().describe('What it is about: later inputs about the same join it'),
  state: entryState,
  origin: z.record(z.string(), z.union([z.string(), z.number()]).nullable()),
  byteLength: z.int().describe('Of the whole input'),
  sha256: z.string().nullable().describe('Of the whole input, hex'),
  bytesCut: z.boolean().describe('Only the first 64 KiB were kept'),
  count: z.int().describe('How often the same input came while the entry was open'),
  firstSeenAt: z.string(),
  lastSeenAt: z.string(),
  redriveAttempts: z.int(),
  closedAt: z.string().nullable(),
  closedBy: z.string().nullable().describe("The principal's id"),
  closedReason: z.string().nullable().describe('Of a dismissed entry: why'),
});

export const entryList = z.object({
  entries: z.array(entry),
  next: z.string().nullable().describe('Ask again with before= this; null = there are no more'),
});

export const wholeEntry = entry.extend({
  bytes: z.string().nullable().describe('Base64; null = there were none, or they are gone'),
  bytesErased: z.boolean().describe('Gone with a person whom they mention'),
});

export const postDismissal = z.object({
  reason: z
    .string()
    .trim()
    .min(3)
    .max(500)
    .describe('Why, for whoever asks later. No personal data')
    .meta({ examples: ['Sent by a till under test on 2 March; it never sold anything'] }),
});
export type PostDismissal = z.output<typeof postDismissal>;

/** Codes of what a dismissal comes to, each with what it means. */
export type Consequences = Readonly<Record<string, string>>;

const OF_RECORDS = {
  effectLeftOut:
    'the record counts as applied and what it would have changed is left out for ever, which the proof names',
} satisfies Consequences;

/** The answer, with the consequences that inputs of the service's own have. */
export function entryDismissed(own: Consequences) {
  const consequences: Consequences = { ...OF_RECORDS, ...own };
  return entry.extend({
    consequence: z.enum(Object.keys(consequences)).describe(
      Object.entries(consequences)
        .map(([code, meaning]) => `${code} = ${meaning}`)
        .join('; '),
    ),
    subjectStillOpen: z
      .boolean()
      .describe(
        'Other entries about the same are open: later inputs go on joining them. False = they are applied',
      ),
  });
}

export interface Dismissal {
  readonly entryId: number;
  /** The principal's id. */
  readonly by: string;
  readonly reason: string;
}

export type DismissOutcome =
  /** Closed, or not open any more. */
  | {
      readonly kind: 'done';
      readonly closed: boolean;
      /** One of those that were declared. */ readonly consequence: string;
    }
  /** Another route decides about it: `detail` names it. */
  | { readonly kind: 'decidedElsewhere'; readonly detail: string };

type Entries = Pick<ServiceRuntime, 'database' | 'quarantine'>;

/** Dismisses an entry by its owner, within the transaction; null when it is not the owner's. */
export type Dismiss = (tx: Tx, row: QuarantineRow, dismissal: Dismissal) => Promise<DismissOutcome | null>;

export async function listEntries({ quarantine, database }: Entries, query: EntryQuery) {
  const { before, limit, ...filter } = query;
  const rows = await quarantine.list(database, {
    ...withoutUndefined(filter),
    ...(before === undefined ? {} : { beforeId: before }),
    limit,
  });
  const last = rows.length === limit ? rows.at(-1) : undefined;
  return { entries: rows.map(viewOf), next: last === undefined ? null : String(last.id) };
}

export async function showEntry(runtime: Entries, entryId: number) {
  const { bytes, bytesErased, ...row } = await findEntry(runtime, entryId);
  return { ...viewOf(row), bytes: bytes?.toString('base64') ?? null, bytesErased };
}

export async function openEntry(runtime: Entries, entryId: number): Promise<QuarantineRow> {
  const row = await findEntry(runtime, entryId);
  if (row.state !== 'open') throw new ProblemError(operationsProblems.quarantineEntryClosed);
  return row;
}

export async function redriveByRunner(runtime: ServiceRuntime, row: QuarantineRow, principal: Principal) {
  const index = runtime.definitions.findIndex((definition) => definition.name === row.source);
  const runner = runtime.runners[index];
  if (runner === undefined) throw new ProblemError(operationsProblems.quarantineEntryUnknown);
  const results = await runner.redrive([row.id], principal.id);
  return { results: results.map((result) => ({ ...result, entryIds: result.entryIds.map(String) })) };
}

/**
 * Takes no lock of the partition: a record that joins the subject in the same instant stands in quarantine by itself,
 * open, and can be driven again.
 */
export async function dismissEntry(
  runtime: Entries,
  dismissal: Dismissal,
  byOwner: Dismiss = () => Promise.resolve(null),
) {
  const row = await openEntry(runtime, dismissal.entryId);
  const { outcome, subjectStillOpen } = await runtime.database.tx(async (tx) => ({
    outcome: (await byOwner(tx, row, dismissal)) ?? (await dismissRecord(tx, runtime, dismissal)),
    subjectStillOpen: await isOpen(tx, runtime, row),
  }));
  if (outcome.kind === 'decidedElsewhere') {
    throw new ProblemError(operationsProblems.quarantineEntryDecidedElsewhere, { detail: outcome.detail });
  }
  if (!outcome.closed) throw new ProblemError(operationsProblems.quarantineEntryClosed);
  const { bytes: _bytes, bytesErased: _erased, ...closed } = await findEntry(runtime, row.id);
  return { ...viewOf(closed), consequence: outcome.consequence, subjectStillOpen };
}

async function dismissRecord(
  tx: Tx,
  { quarantine }: Entries,
  { entryId, by, reason }: Dismissal,
): Promise<DismissOutcome> {
  const closed = await quarantine.dismiss(tx, { ids: [entryId], by, reason });
  return { kind: 'done', closed: closed > 0, consequence: 'effectLeftOut' };
}

async function isOpen(tx: Tx, { quarantine }: Entries, row: QuarantineRow): Promise<boolean> {
  if (row.subjectKey === null) return false;
  return (await quarantine.openSubjects(tx, [row.subjectKey], row.source)).size > 0;
}

async function findEntry(runtime: Entries, entryId: number): Promise<QuarantineRowWithBytes> {
  const row = await runtime.quarantine.get(runtime.database, entryId);
  if (row === null) throw new ProblemError(operationsProblems.quarantineEntryUnknown);
  return row;
}

function viewOf(row: QuarantineRow) {
  const { id, byteCount, seenCount, firstSeenAt, lastSeenAt, closedAt, ...rest } = row;
  return {
    ...rest,
    entryId: String(id),
    byteLength: byteCount ?? 0,
    count: seenCount,
    firstSeenAt: firstSeenAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    closedAt: closedAt?.toISOString() ?? null,
  };
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
