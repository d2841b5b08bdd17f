import type { QuarantineEntry, QuarantineRowWithBytes } from '@potok/platform-quarantine/quarantine';
import type { Tx } from '@potok/platform-postgres/tx';
import type { StreamEvent } from '../stream-event';
import type { AppliedRepository } from './applied.repository';
import type { Mode, Plan } from './mode';
import { entryOfEvent, eventOfEntry } from './quarantined-record';
import type { QuarantineCause } from './quarantined-record';
import type { HeadReader } from './record-head';
import type { RunnerHandler } from './runner-contract';
import type { Chunk, SliceInHand } from './slice-in-hand';
import { planStream, streamKeysOf } from './stream-plan';

type StreamHandler = Extract<RunnerHandler, { mode: 'stream' }>;

/** Numbered streams: repeats are skipped and holes halt one stream, by one integer for each. */
export class StreamMode implements Mode<StreamEvent> {
  readonly subjectOf: ((event: StreamEvent) => string | null) | null;

  constructor(
    private readonly handler: StreamHandler,
    private readonly applied: AppliedRepository,
    private readonly heads: HeadReader,
  ) {
    this.subjectOf = handler.subjectOf?.bind(handler) ?? null;
  }

  async plan(tx: Tx, chunks: readonly Chunk[]): Promise<Plan<StreamEvent>> {
    for (const { slice } of chunks) this.readHeads(slice);
    const states = await this.applied.lock(tx, streamKeysOf(chunks));
    return planStream(chunks, states);
  }

  apply(tx: Tx, events: readonly StreamEvent[]): Promise<void> {
    return this.handler.apply({ tx, events });
  }

  async store(tx: Tx, { changes }: Plan<StreamEvent>): Promise<void> {
    await this.applied.store(
      tx,
      changes.map(({ streamKey, partition, after }) => ({ streamKey, partition, state: after })),
    );
  }

  entryOf(event: StreamEvent, cause: QuarantineCause): QuarantineEntry {
    return entryOfEvent(event, cause);
  }

  itemOf(entry: QuarantineRowWithBytes): StreamEvent | null {
    return eventOfEntry(entry);
  }

  private readHeads(slice: SliceInHand): void {
    if (slice.heads.length > 0) return;
    slice.heads = slice.fetched.records.map((record) => this.heads.read(record));
  }
}
