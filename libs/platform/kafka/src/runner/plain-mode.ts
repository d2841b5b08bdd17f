import type { QuarantineEntry, QuarantineRowWithBytes } from '@potok/platform-quarantine/quarantine';
import type { Tx } from '@potok/platform-postgres/tx';
import type { PlainRecord } from '../stream-event';
import type { Mode, Plan } from './mode';
import { entryOfRecord, plainRecordOf, recordOfEntry } from './quarantined-record';
import type { QuarantineCause } from './quarantined-record';
import type { RunnerHandler } from './runner-contract';
import type { Chunk } from './slice-in-hand';

type PlainHandler = Extract<RunnerHandler, { mode: 'plain' }>;

/** Topics without streams: every record is handed over, repeats are kept out by the position alone. */
export class PlainMode implements Mode<PlainRecord> {
  readonly subjectOf: ((record: PlainRecord) => string | null) | null;

  constructor(private readonly handler: PlainHandler) {
    this.subjectOf = handler.subjectOf?.bind(handler) ?? null;
  }

  plan(_tx: Tx, chunks: readonly Chunk[]): Promise<Plan<PlainRecord>> {
    const items: PlainRecord[] = [];
    for (const { slice, from, to } of chunks) {
      for (let index = from; index < to; index += 1) {
        const record = slice.fetched.records[index];
        if (record !== undefined) items.push(plainRecordOf(record));
      }
    }
    const counts = { repeats: 0, passedOver: 0, unknownTypes: new Map<string, number>() };
    return Promise.resolve({ items, unreadable: [], changes: [], counts });
  }

  apply(tx: Tx, records: readonly PlainRecord[]): Promise<void> {
    return this.handler.apply({ tx, records });
  }

  store(): Promise<void> {
    return Promise.resolve();
  }

  entryOf(record: PlainRecord, cause: QuarantineCause): QuarantineEntry {
    return entryOfRecord(record, cause);
  }

  itemOf(entry: QuarantineRowWithBytes): PlainRecord | null {
    return recordOfEntry(entry);
  }
}
