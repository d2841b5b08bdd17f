import type { BatchOutcome } from './batch-transaction';
import { haltedStream } from './applied.repository';
import type { LogBounds } from '../log';
import type { PartitionStatus, RunnerAlarm, StreamAlarm } from './runner-contract';
import { endOf } from './slice-in-hand';

interface AssignedPartition {
  position: number;
  bounds: LogBounds;
  paused: boolean;
  readonly halted: Map<string, StreamAlarm>;
}

/** What is known of the assigned partitions, as last read or written. */
export class PartitionTable {
  private readonly partitions = new Map<number, AssignedPartition>();

  constructor(private readonly scope: { readonly consumer: string; readonly topic: string }) {}

  assign(
    partition: number,
    start: { readonly position: number; readonly bounds: LogBounds; readonly paused: boolean },
  ) {
    this.partitions.set(partition, { ...start, halted: new Map() });
  }

  /** Halted streams as they are stored. */
  restoreHalted(streams: readonly StreamAlarm[]): void {
    for (const stream of streams) this.partitions.get(stream.partition)?.halted.set(stream.streamKey, stream);
  }

  revoke(partition: number): void {
    this.partitions.delete(partition);
  }

  assigned(): readonly number[] {
    return [...this.partitions.keys()];
  }

  positionOf(partition: number): number | null {
    return this.partitions.get(partition)?.position ?? null;
  }

  isPaused(partition: number): boolean {
    return this.partitions.get(partition)?.paused ?? false;
  }

  pause(partition: number, position: number, bounds: LogBounds): void {
    const known = this.partitions.get(partition);
    if (known !== undefined) Object.assign(known, { position, bounds, paused: true });
  }

  resume(partition: number, position: number): void {
    const known = this.partitions.get(partition);
    if (known !== undefined) Object.assign(known, { position, paused: false });
  }

  updateBounds(partition: number, bounds: LogBounds): void {
    const known = this.partitions.get(partition);
    if (known !== undefined) known.bounds = bounds;
  }

  seeEnd(partition: number, end: number): void {
    const known = this.partitions.get(partition);
    if (known !== undefined && end > known.bounds.end) known.bounds = { ...known.bounds, end };
  }

  /** Moves positions and halted streams as a transaction did; answers what there is to tell about streams. */
  settle(outcome: BatchOutcome): RunnerAlarm[] {
    for (const chunk of outcome.committed) this.moveTo(chunk.slice.fetched.partition, endOf(chunk));
    for (const { chunk, position } of outcome.moved) this.moveTo(chunk.slice.fetched.partition, position);
    const alarms: RunnerAlarm[] = [];
    for (const change of outcome.changes) {
      const was = change.before?.halt ?? null;
      const is = change.after.halt;
      if (was === is) continue;
      const stream = { ...change, topic: this.scope.topic };
      const { consumer } = this.scope;
      const halted = this.partitions.get(change.partition)?.halted;
      if (is !== null) {
        const alarm = haltedStream(stream, change.after);
        halted?.set(change.streamKey, alarm);
        alarms.push({ kind: 'streamHalted', consumer, ...alarm });
      } else if (change.before !== null) {
        halted?.delete(change.streamKey);
        alarms.push({ kind: 'streamContinued', consumer, ...haltedStream(stream, change.before) });
      }
    }
    return alarms;
  }

  status(): PartitionStatus[] {
    const entries = [...this.partitions].sort(([left], [right]) => left - right);
    return entries.map(([partition, { position, bounds, paused, halted }]) => ({
      partition,
      position,
      highWatermark: bounds.end,
      lag: Math.max(0, bounds.end - position),
      paused: paused ? 'outOfRange' : null,
      haltedStreams: [...halted.values()],
    }));
  }

  private moveTo(partition: number, position: number): void {
    const known = this.partitions.get(partition);
    if (known !== undefined) known.position = position;
  }
}
