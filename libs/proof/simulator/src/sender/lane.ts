import { setTimeout as sleep } from 'node:timers/promises';
import type { Transmission } from '../delivery/transmission';
import type { SeededRandom } from '../random/seeded-random';
import { encodeBatch, takeBatch } from './batch';
import { DeadlineReachedError, type HttpAnswer } from './http-client';
import type { LineLimiter } from './line-limiter';
import { RefusedCallError, type EncodedBatch, type PlatformApi } from './platform-api';
import type { SentRecord } from './run-log';

export interface LaneOptions {
  readonly api: PlatformApi;
  readonly token: string;
  readonly random: SeededRandom;
  readonly limiter: LineLimiter;
  readonly batchLinesMax: number;
  readonly deadlineMs: number;
  /** Takes what was acknowledged, in the order of the lines. */
  readonly acknowledged: (records: readonly SentRecord[], token: string) => Promise<void>;
}

const firstPauseMs = 100;
const longestPauseMs = 2_000;

/** Sends the lines of one credential of one store, one request at a time, each until it is acknowledged. */
export class Lane {
  private readonly queue: Transmission[] = [];
  private readonly attempts = new Map<Transmission, number>();
  private wake: (() => void) | undefined;
  private ended = false;
  private inHand = 0;
  /** Lines that were sent again because no answer came, or the answer was `retry`. */
  resent = 0;

  constructor(private readonly options: LaneOptions) {}

  get backlog(): number {
    return this.queue.length + this.inHand;
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

  async run(): Promise<void> {
    for (;;) {
      if (this.queue.length === 0) {
        if (this.ended) return;
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
        continue;
      }
      const batch = takeBatch(this.queue, this.options.batchLinesMax, this.options.random);
      this.inHand = batch.length;
      await this.options.limiter.take(batch.length, async () => this.send(batch));
      this.inHand = 0;
    }
  }

  private async send(batch: readonly Transmission[]): Promise<void> {
    const encoded = await encodeBatch(batch, this.options.random);
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
      for (const transmission of batch) this.countAttempt(transmission);
      const answer = await this.attempt(encoded);
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
