import { setTimeout as delay } from 'node:timers/promises';
import type { HeldLease, LeaseKeeper } from './lease-keeper';
import type { RelaySignal } from './relay-signal';
import type { Gathering } from './stream';

export interface RelayTimings {
  readonly leaseMs: number;
  /** A send starts only with more lease left than this: no less than the producer's request timeout. */
  readonly requestTimeoutMs: number;
  /** How often to look for work that no signal of this process announced. */
  readonly pollMs: number;
  /** Rounds begin this far apart while events flow: many small commits become one request. One after a pause goes at once. */
  readonly gatherMs: number;
  /** A round that takes longer is a hang: liveness fails. */
  readonly stuckAfterMs: number;
}

export const RELAY_TIMINGS: RelayTimings = {
  leaseMs: 6_000,
  requestTimeoutMs: 3_000,
  pollMs: 200,
  gatherMs: 50,
  stuckAfterMs: 120_000,
};

export function timingsOf(
  { gatherMs = RELAY_TIMINGS.gatherMs }: Gathering,
  given: Partial<RelayTimings> = {},
): RelayTimings {
  return { ...RELAY_TIMINGS, gatherMs, ...given };
}

const TICKS_PER_LEASE = 6;
const BACKOFF_FIRST_MS = 100;
const BACKOFF_MAX_MS = 5_000;

export interface RelayLoopOptions {
  readonly keeper: LeaseKeeper;
  readonly signal: RelaySignal;
  readonly timings: RelayTimings;
  /** Publishes once for these partitions; true when there is more to do at once. */
  readonly round: (leases: readonly HeldLease[]) => Promise<boolean>;
  readonly onError: (error: unknown) => void;
}

/** Keeps leases by a timer and publishes round after round; an error is reported and tried again, never skipped. */
export class RelayLoop {
  private stopping = false;
  private failures = 0;
  private roundStartedMs: number | null = null;
  private finished: Promise<unknown> | null = null;
  private died = false;

  constructor(private readonly options: RelayLoopOptions) {}

  start(): void {
    const loops = [this.keepLeases(), this.publish()];
    this.finished = Promise.all(loops).catch((error: unknown) => {
      this.died = true;
      this.options.onError(error);
    });
  }

  alive(): boolean {
    const { stuckAfterMs } = this.options.timings;
    const stuck = this.roundStartedMs !== null && performance.now() - this.roundStartedMs > stuckAfterMs;
    return !this.died && !stuck;
  }

  /** Waits for the round in hand. A round that does not end keeps its leases: they expire by themselves. */
  async stop(timeoutMs: number): Promise<void> {
    this.stopping = true;
    this.options.signal.wake();
    const timeout = new AbortController();
    const ended = await Promise.race([
      (this.finished ?? Promise.resolve()).then(() => true),
      delay(timeoutMs, false, { signal: timeout.signal }).catch(() => false),
    ]);
    timeout.abort();
    if (ended) await this.options.keeper.releaseAll().catch(this.options.onError);
  }

  private async keepLeases(): Promise<void> {
    const { keeper, signal, timings, onError } = this.options;
    while (!this.stopping) {
      const before = keeper.usable(0).length;
      await keeper.tick().catch(onError);
      if (keeper.usable(0).length > before) signal.wake();
      await this.pause(timings.leaseMs / TICKS_PER_LEASE);
    }
  }

  private async publish(): Promise<void> {
    const { signal, timings, onError } = this.options;
    while (!this.stopping) {
      try {
        const startedMs = performance.now();
        const more = await this.round();
        this.failures = 0;
        if (more) continue;
        await signal.wait(timings.pollMs);
        await this.pause(startedMs + timings.gatherMs - performance.now());
      } catch (error) {
        onError(error);
        this.failures += 1;
        await this.pause(Math.min(BACKOFF_FIRST_MS * 2 ** this.failures, BACKOFF_MAX_MS));
      }
    }
  }

  private async round(): Promise<boolean> {
    const { keeper, timings, round } = this.options;
    const leases = keeper.usable(timings.requestTimeoutMs);
    if (leases.length === 0) return false;
    const partitions = leases.map((lease) => lease.partition);
    this.roundStartedMs = performance.now();
    try {
      return await keeper.withBusy(partitions, () => round(leases));
    } finally {
      this.roundStartedMs = null;
    }
  }

  /** In small steps: a stop must not wait for a whole back-off. */
  private async pause(totalMs: number): Promise<void> {
    const untilMs = performance.now() + totalMs;
    for (let leftMs = totalMs; !this.stopping && leftMs > 0; leftMs = untilMs - performance.now()) {
      await delay(Math.max(1, Math.min(100, leftMs)));
    }
  }
}
