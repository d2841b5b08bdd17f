import type { QuarantineEntry, QuarantineRowWithBytes } from '@potok/platform-quarantine/quarantine';
import type { Tx } from '@potok/platform-postgres/tx';
import type { QuarantineCause } from './quarantined-record';
import type { Chunk } from './slice-in-hand';
import type { PlanCounts, StreamChange, UnreadableRecord } from './stream-plan';

/** What a batch comes down to. `items` are handed over; `changes` are applied rows (none in plain mode). */
export interface Plan<Item> {
  readonly items: readonly Item[];
  readonly unreadable: readonly UnreadableRecord[];
  readonly changes: readonly StreamChange[];
  readonly counts: PlanCounts;
}

/** The difference between topics of numbered streams and topics without: how records become items, and back. */
export interface Mode<Item> {
  /** Takes the locks of the mode and decides; writes nothing. */
  plan(tx: Tx, chunks: readonly Chunk[]): Promise<Plan<Item>>;
  /** Calls the handler. */
  apply(tx: Tx, items: readonly Item[]): Promise<void>;
  store(tx: Tx, plan: Plan<Item>): Promise<void>;
  /** Null where the handler does not name subjects: then nothing ever joins. */
  readonly subjectOf: ((item: Item) => string | null) | null;
  entryOf(item: Item, cause: QuarantineCause): QuarantineEntry;
  /** Null when the entry never was an item (an unreadable record). */
  itemOf(entry: QuarantineRowWithBytes): Item | null;
}

/** A subject, or null where it cannot be told: a record may be quarantined because it cannot be read. */
export function subjectOrNull<Item>(mode: Mode<Item>, item: Item): string | null {
  try {
    return mode.subjectOf?.(item) ?? null;
  } catch {
    return null;
  }
}
