import { classifyFailure } from '@potok/platform-postgres/errors';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import type { QuarantineEntry, QuarantineStore } from '@potok/platform-quarantine/quarantine';
import { subjectOrNull } from './mode';
import type { Mode, Plan } from './mode';
import type { PositionRepository } from './position.repository';
import { entryOfRecord, plainRecordOf } from './quarantined-record';
import type { QuarantineRate } from './quarantine-rate';
import type { QuarantineReason } from './runner-contract';
import { endOf, recordsIn } from './slice-in-hand';
import type { Chunk } from './slice-in-hand';
import type { PlanCounts, StreamChange } from './stream-plan';

/** More than 1 % of the last thousand records would be quarantined: the consumer is wrong, not the records. */
export class QuarantineRateExceeded extends Error {
  override readonly name = 'QuarantineRateExceeded';
}

export interface QuarantinedRecord {
  readonly partition: number;
  readonly offset: number;
  readonly reason: QuarantineReason;
}

/** What one transaction did. */
export interface BatchOutcome {
  readonly committed: readonly Chunk[];
  /** Chunks whose position was elsewhere: nothing of them was applied. */
  readonly moved: readonly { readonly chunk: Chunk; readonly position: number }[];
  readonly records: number;
  readonly applied: number;
  readonly counts: PlanCounts;
  readonly changes: readonly StreamChange[];
  readonly quarantined: readonly QuarantinedRecord[];
  /** Places, among the records, of those that were quarantined for a failure of their own. */
  readonly failedPlaces: readonly number[];
}

/** `certain: false`: the connection was lost at COMMIT; the positions tell whether the outcome is stored. */
export interface BatchResult {
  readonly outcome: BatchOutcome;
  readonly certain: boolean;
}

export interface BatchParts<Item> {
  readonly consumer: string;
  readonly database: Transactor;
  readonly positions: PositionRepository;
  readonly mode: Mode<Item>;
  readonly quarantine: QuarantineStore;
  readonly rate: QuarantineRate;
}

interface Quarantining {
  readonly entries: QuarantineEntry[];
  readonly records: QuarantinedRecord[];
  readonly failedPlaces: number[];
}

/**
 * One attempt at some chunks: positions locked and compared, streams locked, decisions, handler, quarantine, applied
 * rows and positions, in one transaction. The order of locks is the order of these steps.
 */
export class BatchTransaction<Item> {
  constructor(private readonly parts: BatchParts<Item>) {}

  /** `poison` = why the single record of the single chunk goes to the quarantine instead of to the handler. */
  async run(chunks: readonly Chunk[], poison: string | null): Promise<BatchResult> {
    const attempt: { outcome: BatchOutcome | null } = { outcome: null };
    try {
      const outcome = await this.parts.database.tx(async (tx) => {
        attempt.outcome = await this.applied(tx, chunks, poison);
        return attempt.outcome;
      });
      return { outcome, certain: true };
    } catch (error) {
      const { outcome } = attempt;
      if (outcome !== null && classifyFailure(error) === 'unknown-commit') return { outcome, certain: false };
      throw error;
    }
  }

  private async applied(tx: Tx, chunks: readonly Chunk[], poison: string | null): Promise<BatchOutcome> {
    const { positions, mode } = this.parts;
    const partitions = chunks
      .map((chunk) => chunk.slice.fetched.partition)
      .sort((left, right) => left - right);
    const locked = await positions.lock(tx, partitions);
    const { held, moved } = fenced(chunks, locked.positions);
    if (held.length === 0) return nothingApplied(moved);
    const plan = await mode.plan(tx, held);
    const quarantining = this.unreadableOf(plan);
    const joinable = locked.hasOpenEntries && poison === null;
    const items = joinable ? await this.withoutJoined(tx, plan.items, quarantining) : plan.items;
    if (poison === null) {
      if (items.length > 0) await mode.apply(tx, items);
    } else {
      this.addPoisoned(items, poison, quarantining);
    }
    await this.storeQuarantine(tx, quarantining);
    await mode.store(tx, plan);
    await positions.move(tx, new Map(held.map((chunk) => [chunk.slice.fetched.partition, endOf(chunk)])));
    return {
      committed: held,
      moved,
      records: recordsIn(held),
      applied: poison === null ? items.length : 0,
      counts: plan.counts,
      changes: plan.changes,
      quarantined: quarantining.records,
      failedPlaces: quarantining.failedPlaces,
    };
  }

  private unreadableOf({ unreadable }: Plan<Item>): Quarantining {
    const quarantining: Quarantining = { entries: [], records: [], failedPlaces: [] };
    for (const { record, place } of unreadable) {
      const detail = 'the record has no key, no value or no readable headers of a stream';
      const cause = {
        consumer: this.parts.consumer,
        reason: 'unreadable',
        detail,
        subjectKey: null,
      } as const;
      quarantining.entries.push(entryOfRecord(plainRecordOf(record), cause));
      quarantining.records.push({ partition: record.partition, offset: record.offset, reason: 'unreadable' });
      quarantining.failedPlaces.push(place);
    }
    return quarantining;
  }

  /** Later records about a subject that is in quarantine follow it there, so that a re-drive keeps their order. */
  private async withoutJoined(
    tx: Tx,
    items: readonly Item[],
    quarantining: Quarantining,
  ): Promise<readonly Item[]> {
    const { mode, quarantine, consumer } = this.parts;
    if (mode.subjectOf === null || items.length === 0) return items;
    const subjects = items.map((item) => subjectOrNull(mode, item));
    const distinct = [...new Set(subjects.filter((subject) => subject !== null))].sort();
    const open = await quarantine.openSubjects(tx, distinct, consumer);
    if (open.size === 0) return items;
    return items.filter((item, index) => {
      const subject = subjects[index] ?? null;
      if (subject === null || !open.has(subject)) return true;
      this.addItem(quarantining, item, { reason: 'joined', detail: null, subjectKey: subject });
      return false;
    });
  }

  private addPoisoned(items: readonly Item[], detail: string, quarantining: Quarantining): void {
    for (const item of items) {
      const subjectKey = subjectOrNull(this.parts.mode, item);
      this.addItem(quarantining, item, { reason: 'notApplicable', detail, subjectKey });
      quarantining.failedPlaces.push(0);
    }
  }

  private addItem(
    quarantining: Quarantining,
    item: Item,
    why: {
      readonly reason: QuarantineReason;
      readonly detail: string | null;
      readonly subjectKey: string | null;
    },
  ): void {
    const entry = this.parts.mode.entryOf(item, { consumer: this.parts.consumer, ...why });
    quarantining.entries.push(entry);
    const { partition, offset } = entry.origin;
    quarantining.records.push({ partition: Number(partition), offset: Number(offset), reason: why.reason });
  }

  private async storeQuarantine(tx: Tx, { entries, failedPlaces }: Quarantining): Promise<void> {
    if (entries.length === 0) return;
    if (this.parts.rate.exceededBy(failedPlaces)) {
      throw new QuarantineRateExceeded(`${this.parts.consumer}: too many of the last thousand records fail`);
    }
    await this.parts.quarantine.add(tx, entries);
  }
}

function fenced(chunks: readonly Chunk[], positions: ReadonlyMap<number, number>) {
  const held: Chunk[] = [];
  const moved: { chunk: Chunk; position: number }[] = [];
  for (const chunk of chunks) {
    const position = positions.get(chunk.slice.fetched.partition);
    if (position === chunk.startPosition) held.push(chunk);
    else moved.push({ chunk, position: position ?? chunk.startPosition });
  }
  return { held, moved };
}

function nothingApplied(moved: BatchOutcome['moved']): BatchOutcome {
  return {
    committed: [],
    moved,
    records: 0,
    applied: 0,
    counts: { repeats: 0, passedOver: 0, unknownTypes: new Map() },
    changes: [],
    quarantined: [],
    failedPlaces: [],
  };
}
