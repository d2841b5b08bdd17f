import { randomUUID } from 'node:crypto';
import { assert, present } from '@potok/kernel/assert';
import type { LogAdmin, LogProducer, ProducerBatch, ProducerRecord } from '@potok/platform-kafka/log';
import type { Transactor } from '@potok/platform-postgres/tx';
import { BatchSender } from './batch-sender';
import { HandOverCheck } from './hand-over-check';
import { HandOverGate } from './hand-over-gate';
import { LeaseKeeper } from './lease-keeper';
import type { HeldLease } from './lease-keeper';
import type { Relay, RelayEvent, RelayStatus } from './relay-event';
import { RelayLoop, timingsOf } from './relay-loop';
import type { RelayTimings } from './relay-loop';
import type { RelaySignal } from './relay-signal';
import type { PublishableEvent, StreamSource } from './stream';
import { markPublished, planRanges, readPending } from './stream-progress';
import type { PendingStream, SentStream } from './stream-progress';

export interface StreamRelayOptions {
  readonly database: Transactor;
  readonly source: StreamSource;
  readonly producer: LogProducer;
  readonly admin: LogAdmin;
  /** The one that the topic's numbering wakes. */
  readonly signal: RelaySignal;
  readonly observe: (event: RelayEvent) => void;
  readonly timings?: Partial<RelayTimings>;
}

const EVENTS_PER_PARTITION = 1_000;
const BYTES_PER_PARTITION = 1024 * 1024;
const BYTES_PER_ROUND = 8 * 1024 * 1024;
const FIRST_GUESS_BYTES_PER_EVENT = 4_096;

interface Batch {
  readonly partition: number;
  readonly records: ProducerRecord[];
}

/**
 * Publishes the numbered streams of one topic: reads what is behind `published_up_to`, sends it, then moves
 * `published_up_to`. Killed in between, the next one sends identical records again. It never skips.
 */
export class StreamRelay implements Relay {
  private readonly holder = randomUUID();
  private readonly keeper: LeaseKeeper;
  private readonly gate: HandOverGate;
  private readonly sender: BatchSender;
  private readonly loop: RelayLoop;
  private readonly timings: RelayTimings;
  private lastError: string | null = null;
  private rotation = 0;
  private bytesPerEvent = FIRST_GUESS_BYTES_PER_EVENT;

  constructor(private readonly options: StreamRelayOptions) {
    const { database, source, admin, signal, observe } = options;
    const { name: topic, partitions } = source.topic;
    this.timings = timingsOf(source, options.timings);
    const { leaseMs } = this.timings;
    this.keeper = new LeaseKeeper({ database, topic, partitions, holder: this.holder, leaseMs });
    this.gate = new HandOverGate(database, new HandOverCheck(database, source, admin), { topic, observe });
    this.sender = new BatchSender(options.producer);
    this.loop = new RelayLoop({
      keeper: this.keeper,
      signal,
      timings: this.timings,
      round: (leases) => this.round(leases),
      onError: (error) => {
        this.lastError = error instanceof Error ? error.message : String(error);
        observe({ kind: 'failed', topic, error });
      },
    });
  }

  start(): void {
    this.loop.start();
  }

  stop(timeoutMs: number): Promise<void> {
    return this.loop.stop(timeoutMs);
  }

  status(): RelayStatus {
    const partitions = this.gate.status(this.keeper.usable(0));
    return { topic: this.topic, alive: this.loop.alive(), lastError: this.lastError, partitions };
  }

  private get topic(): string {
    return this.options.source.topic.name;
  }

  private async round(leases: readonly HeldLease[]): Promise<boolean> {
    const admitted = await this.gate.admitted(leases);
    if (admitted.length === 0) return false;
    const { pending, events } = await this.read(admitted);
    const behind = new Map(pending.map((stream) => [stream.streamKey, stream]));
    const sent = events.length > 0 ? await this.publish(admitted, events, behind) : [];
    this.lastError = null;
    const complete = sent.filter(({ streamKey, upTo }) => behind.get(streamKey)?.lastSeq === upTo);
    return sent.length > 0 && complete.length < pending.length;
  }

  /** An idle relay costs one statement: a transaction is opened only where there are events to read. */
  private async read(
    leases: readonly HeldLease[],
  ): Promise<{ pending: readonly PendingStream[]; events: readonly PublishableEvent[] }> {
    const { database, source } = this.options;
    const partitions = leases.map((lease) => lease.partition);
    const pending = await readPending(database, this.topic, partitions);
    if (pending.length === 0) return { pending, events: [] };
    const inUse = new Set(pending.map((stream) => stream.partition)).size;
    const bytesMax = Math.min(BYTES_PER_ROUND, BYTES_PER_PARTITION * inUse);
    this.rotation += 1;
    const ranges = planRanges(pending, {
      eventsPerPartition: EVENTS_PER_PARTITION,
      bytesMax,
      bytesPerEvent: this.bytesPerEvent,
      rotation: this.rotation,
    });
    const events = await database.tx((tx) => source.read(tx, ranges, bytesMax), { readOnly: true });
    return { pending, events };
  }

  private async publish(
    leases: readonly HeldLease[],
    events: readonly PublishableEvent[],
    behind: ReadonlyMap<string, PendingStream>,
  ): Promise<readonly SentStream[]> {
    const usable = this.stillHeld(leases);
    const { batches, bytes, heads } = arrange(events, behind, usable);
    const topic = this.topic;
    const { sent, error } = await this.sender.send(
      batches.map((batch): ProducerBatch => ({ topic, ...batch })),
    );
    const acknowledged = heads.filter(({ partition }) => sent.has(partition));
    if (acknowledged.length > 0) {
      await markPublished(this.options.database, { topic, holder: this.holder, leases }, acknowledged);
    }
    const records = batches.reduce(
      (sum, batch) => sum + (sent.has(batch.partition) ? batch.records.length : 0),
      0,
    );
    this.options.observe({ kind: 'published', topic, records, bytes });
    this.bytesPerEvent = Math.max(1, Math.round((this.bytesPerEvent + bytes / events.length) / 2));
    if (error !== null) throw error;
    return acknowledged;
  }

  /** The round may have waited for the database: a send starts only with enough lease left. */
  private stillHeld(leases: readonly HeldLease[]): ReadonlySet<number> {
    const now = new Map(
      this.keeper.usable(this.timings.requestTimeoutMs).map((lease) => [lease.partition, lease]),
    );
    const held = leases.filter((lease) => now.get(lease.partition)?.generation === lease.generation);
    return new Set(held.map((lease) => lease.partition));
  }
}

/** Events by partition, in stream order and without a hole: a source that omits one must not get through. */
function arrange(
  events: readonly PublishableEvent[],
  behind: ReadonlyMap<string, PendingStream>,
  usable: ReadonlySet<number>,
): { batches: Batch[]; bytes: number; heads: SentStream[] } {
  const batches = new Map<number, Batch>();
  const heads = new Map<string, SentStream>();
  const expected = new Map<string, number>();
  let bytes = 0;
  for (const { streamKey, recordKey, seq, value, headers } of events) {
    const stream = present(behind.get(streamKey), `stream ${streamKey}, which was not asked for,`);
    const { partition, epoch, republishNext } = stream;
    const wanted = expected.get(streamKey) ?? stream.fromSeq;
    assert(seq === wanted, `${streamKey}: expected ${String(wanted)}, the source gave ${String(seq)}`);
    expected.set(streamKey, seq + 1);
    if (!usable.has(partition)) continue;
    const batch = batches.get(partition) ?? { partition, records: [] };
    batches.set(partition, batch);
    batch.records.push({ key: recordKey ?? streamKey, value, headers });
    heads.set(streamKey, { streamKey, partition, epoch, upTo: seq, republishNext });
    bytes += value.length;
  }
  return { batches: [...batches.values()], bytes, heads: [...heads.values()] };
}
