import { setTimeout as delay } from 'node:timers/promises';
import { classifyFailure } from '@potok/platform-postgres/errors';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import type { PgQuarantineStore } from '@potok/platform-quarantine/pg-quarantine-store';
import type { QuarantineRowWithBytes } from '@potok/platform-quarantine/quarantine';
import { DEFAULT_BACKOFF, backoffMs } from './backoff';
import { failureDetail } from './failure-detail';
import type { Mode } from './mode';
import type { PositionRepository } from './position.repository';
import { partitionOfOrigin } from './quarantined-record';
import type { RedriveOutcome, RedriveResult } from './runner-contract';

const ATTEMPTS_MAX = 5;

export interface RedriveParts<Item> {
  readonly consumer: string;
  readonly database: Transactor;
  readonly positions: PositionRepository;
  readonly mode: Mode<Item>;
  readonly quarantine: PgQuarantineStore;
}

/** Applies quarantined entries again: all open ones about a subject in order, one transaction for each subject. */
export async function redriveEntries<Item>(
  parts: RedriveParts<Item>,
  entryIds: readonly number[],
  by: string,
): Promise<readonly RedriveResult[]> {
  const results: RedriveResult[] = [];
  const done = new Set<number>();
  for (const entryId of entryIds) {
    if (done.has(entryId)) continue;
    const result = await repeated(() => redriveOne(parts, entryId, by));
    if (result === null) continue;
    for (const id of result.entryIds) done.add(id);
    results.push(result);
  }
  return results;
}

/** The partition's lock may be held for long by the runner's own transactions; a connection may be lost. */
async function repeated<T>(attempt: () => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt();
    } catch (error) {
      const passes = classifyFailure(error) === 'transient' || classifyFailure(error) === 'unknown-commit';
      if (!passes || attempts >= ATTEMPTS_MAX) throw error;
      await delay(backoffMs(DEFAULT_BACKOFF, attempts, Math.random()));
    }
  }
}

/** Null when the entry is not an open one of this consumer. */
async function redriveOne<Item>(
  parts: RedriveParts<Item>,
  entryId: number,
  by: string,
): Promise<RedriveResult | null> {
  const seen: { entries: readonly QuarantineRowWithBytes[] } = { entries: [] };
  try {
    const outcome = await parts.database.tx(async (tx) => {
      seen.entries = await lockedEntries(parts, tx, entryId);
      return applyEntries(parts, tx, { entries: seen.entries, by });
    });
    return seen.entries.length === 0 ? null : resultOf(seen.entries, outcome, null);
  } catch (error) {
    if (classifyFailure(error) !== 'data') throw error;
    const detail = failureDetail(error);
    const result = resultOf(seen.entries, 'failedAgain', detail);
    await parts.quarantine.noteFailedRedrive(parts.database, result.entryIds, detail);
    return result;
  }
}

/**
 * The partition's position first, as the runner does: while it is held no record of the subject can be applied or
 * join the quarantine beside the re-drive.
 */
async function lockedEntries<Item>(
  { consumer, positions, quarantine }: RedriveParts<Item>,
  tx: Tx,
  entryId: number,
): Promise<readonly QuarantineRowWithBytes[]> {
  const named = await quarantine.get(tx, entryId);
  if (named?.source !== consumer) return [];
  const partition = partitionOfOrigin(named.origin);
  if (partition !== null) await positions.lock(tx, [partition]);
  return inLogOrder(await quarantine.lockForRedrive(tx, [entryId]));
}

async function applyEntries<Item>(
  { mode, quarantine }: RedriveParts<Item>,
  tx: Tx,
  { entries, by }: { readonly entries: readonly QuarantineRowWithBytes[]; readonly by: string },
): Promise<RedriveOutcome> {
  if (entries.some((entry) => entry.bytesCut || entry.bytesErased)) return 'bytesGone';
  const items: Item[] = [];
  for (const entry of entries) {
    const item = entry.reason === 'unreadable' ? null : mode.itemOf(entry);
    if (item === null) return 'unreadable';
    items.push(item);
  }
  if (items.length > 0) await mode.apply(tx, items);
  await quarantine.markRedriven(tx, { ids: entries.map((entry) => entry.id), by });
  return 'applied';
}

/** A partition's records were decided in the order of its log. */
function inLogOrder(entries: readonly QuarantineRowWithBytes[]): readonly QuarantineRowWithBytes[] {
  return [...entries].sort(
    (one, other) =>
      Number(one.origin.partition) - Number(other.origin.partition) ||
      Number(one.origin.offset) - Number(other.origin.offset),
  );
}

function resultOf(
  entries: readonly QuarantineRowWithBytes[],
  outcome: RedriveOutcome,
  detail: string | null,
): RedriveResult {
  return {
    entryIds: entries.map((entry) => entry.id),
    subjectKey: entries[0]?.subjectKey ?? null,
    outcome,
    detail,
  };
}
