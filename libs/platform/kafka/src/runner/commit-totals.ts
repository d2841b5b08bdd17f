import type { BatchOutcome } from './batch-transaction';
import type { CommitCounts, RunnerStatus } from './runner-contract';

/** What the runner's transactions did since it was made. */
export class CommitTotals {
  private readonly totals = { records: 0, applied: 0, repeats: 0, passedOver: 0, unknown: 0, quarantined: 0 };
  private readonly unknownTypes = new Map<string, number>();

  constructor(private readonly consumer: string) {}

  /** Adds an outcome and answers its own counts. */
  add(outcome: BatchOutcome, durationMs: number): CommitCounts {
    let unknown = 0;
    for (const [type, count] of outcome.counts.unknownTypes) {
      unknown += count;
      this.unknownTypes.set(type, (this.unknownTypes.get(type) ?? 0) + count);
    }
    const { repeats, passedOver } = outcome.counts;
    const { records, applied } = outcome;
    const quarantined = outcome.quarantined.length;
    this.totals.records += records;
    this.totals.applied += applied;
    this.totals.repeats += repeats;
    this.totals.passedOver += passedOver;
    this.totals.unknown += unknown;
    this.totals.quarantined += quarantined;
    return {
      consumer: this.consumer,
      records,
      applied,
      repeats,
      passedOver,
      unknown,
      quarantined,
      durationMs,
    };
  }

  snapshot(): Pick<RunnerStatus, 'totals' | 'unknownTypes'> {
    return { totals: { ...this.totals }, unknownTypes: Object.fromEntries(this.unknownTypes) };
  }
}
