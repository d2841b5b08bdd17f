import { setTimeout as sleep } from 'node:timers/promises';
import type { Transmission } from '../delivery/transmission';
import type { SeededRandom } from '../random/seeded-random';
import { encodeBatch, takeBatch } from './batch';
import { DeadlineReachedError, type HttpAnswer } from './http-client';
import type { LineLimiter } from './line-limiter';
import type { OfflineRegisters } from './offline-registers';
import { RefusedCallError, type EncodedBatch, type PlatformApi } from './platform-api';
import type { SentRecord } from './run-log';

export interface LaneOptions {
  readonly api: PlatformApi;
  readonly token: string;
  readonly random: SeededRandom;
  readonly limiter: LineLimiter;
  readonly batchLinesMax: number;
  readonly deadlineMs: number;
  readonly offline: OfflineRegisters;
  /** Takes what was acknowledged, in the order of the lines. */
  readonly acknowledged: (records: readonly SentRecord[], token: string) => Promise<void>;
}

const firstPauseMs = 100;
const longestPauseMs = 2_000;

/**
 * Sends the lines of one credential of one store, each until it is acknowledged: one request at a time, more of them in
 * a burst.
 */
export class Lane {
  private readonly queue: Transmission[] = [];
  private readonly attempts = new Map<Transmission, number>();
  /** What registers without a net keep, in its order. */
  private kept: Transmission[] = [];
  private wake: (() => void) | undefined;
  private ended = false;
  private abandoned = false;
  private inHand = 0;
  private failure: Error | undefined;
  /** Lines that were sent again because no answer came, or the answer was `retry`. */
  resent = 0;
  /** Requests of which nothing was taken: too many of this sender (429), too much for the platform (503). */
  readonly refused = { busy: 0, overloaded: 0 };

  constructor(private readonly options: LaneOptions) {}

  get backlog(): number {
    return this.queue.length + this.inHand;
  }

  /** How many wait for their register to be on the net again. */
  get keptBack(): number {
    return this.kept.length;
  }

  /** Other registers are off the net: what was kept back is tried again. */
  reconsider(): void {
    this.queue.unshift(...this.kept.splice(0));
    this.wake?.();
  }

  push(transmission: Transmission): void {
    this.queue.push(transmission);
    this.wake?.();
  }

  /** No more will come: `run` returns once the queue is empty. */
  end(): void {
    this.ended = true;
    this.wake?.();
  }

  /** What is not on its way yet is never sent. */
  abandon(): void {
    this.abandoned = true;
    this.keepBack();
    this.wake?.();
  }

  async run(): Promise<void> {
    const underWay = new Set<Promise<void>>();
    for (;;) {
      if (this.failure !== undefined) throw this.failure;
      if (underWay.size >= this.options.limiter.laneRequestsMax) {
        await Promise.race(underWay);
        continue;
      }
      this.keepBack();
      if (this.queue.length === 0) {
        if (underWay.size > 0) await Promise.race([...underWay, this.untilWoken()]);
        else if (this.ended) return;
        else await this.untilWoken();
        continue;
      }
      const batch = takeBatch(this.queue, this.options.batchLinesMax, this.options.random);
      this.inHand += batch.length;
      const sending = this.options.limiter
        .take(batch.length, async () => this.send(batch))
        .catch((error: unknown) => {
          this.failure ??= error instanceof Error ? error : new Error(String(error));
        })
        .finally(() => {
          this.inHand -= batch.length;
          underWay.delete(sending);
        });
      underWay.add(sending);
    }
  }

  private keepBack(): void {
    const { offline } = this.options;
    if (this.abandoned) {
      this.queue.length = 0;
      this.kept = [];
    }
    if (offline.none) return;
    const isAway = ({ facts }: Transmission): boolean => offline.has(facts.registerId);
    this.kept.push(...this.queue.filter(isAway));
    this.queue.splice(0, this.queue.length, ...this.queue.filter((one) => !isAway(one)));
  }

  private async untilWoken(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
  }

  private async send(batch: readonly Transmission[]): Promise<void> {
    const encoded = await encodeBatch(batch, this.options.random);
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
      for (const transmission of batch) this.countAttempt(transmission);
      const answer = await this.attempt(encoded);
      if (answer?.status === 429) this.refused.busy += 1;
      if (answer?.status === 503) this.refused.overloaded += 1;
      if (answer !== null && answer.status < 300) {
        const again = await this.settle(batch, answer);
        if (again.length > 0) await sleep(this.pause(answer, pauseMs));
        this.queue.unshift(...again);
        return;
      }
      if (answer !== null && answer.status < 500 && answer.status !== 429) {
        throw new RefusedCallError(`documents were refused: ${String(answer.status)} ${answer.text}`);
      }
      if (Date.now() >= this.options.deadlineMs)
        throw new DeadlineReachedError('documents are not acknowledged');
      this.options.api.ingestion.retries += 1;
      await sleep(this.pause(answer, pauseMs));
    }
  }

  private async attempt(encoded: EncodedBatch): Promise<HttpAnswer | null> {
    return this.options.api.sendDocuments(encoded, this.options.token).catch(() => null);
  }

  private pause(answer: HttpAnswer | null, pauseMs: number): number {
    return Math.min(answer?.retryAfterMs ?? pauseMs, longestPauseMs);
  }

  private countAttempt(transmission: Transmission): void {
    const before = this.attempts.get(transmission) ?? 0;
    if (before > 0) this.resent += 1;
    this.attempts.set(transmission, before + 1);
  }

  /** Hands over what was acknowledged, and answers what is to be sent again. */
  private async settle(batch: readonly Transmission[], answer: HttpAnswer): Promise<Transmission[]> {
    const acknowledgedAtMs = Date.now();
    const { lines } = this.options.api.readSendAnswer(answer);
    const byLine = new Map(lines.map((line) => [line.line, line]));
    const again: Transmission[] = [];
    const records: SentRecord[] = [];
    for (const [index, transmission] of batch.entries()) {
      const line = byLine.get(index + 1);
      const outcome = line?.outcome ?? 'accepted';
      if (outcome === 'retry') {
        again.push(transmission);
        continue;
      }
      const attempts = this.attempts.get(transmission) ?? 1;
      this.attempts.delete(transmission);
      records.push({
        facts: transmission.facts,
        outcome,
        code: line?.code ?? null,
        acknowledgedAtMs,
        attempts,
      });
    }
    await this.options.acknowledged(records, this.options.token);
    return again;
  }
}
