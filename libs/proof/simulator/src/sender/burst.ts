import type { LineLimiter, Pace } from './line-limiter';

const timesTheRate = 10;
const burstRequestsMax = 400;
const burstLaneRequestsMax = 80;

export interface BurstOptions {
  readonly limiter: LineLimiter;
  /** Before and after it. */
  readonly pace: Pace;
  readonly seconds: number;
  /** Begins when so many documents have been acknowledged. */
  readonly afterDocuments: number;
}

/** For a while all devices send ten times what they usually do, each over many connections at once. */
export class Burst {
  private state: 'before' | 'now' | 'over' = 'before';
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: BurstOptions) {}

  acknowledged(documents: number): void {
    if (this.state !== 'before' || documents < this.options.afterDocuments) return;
    this.state = 'now';
    const { limiter, pace, seconds } = this.options;
    const { linesPerSecond } = pace;
    limiter.change({
      requestsMax: burstRequestsMax,
      laneRequestsMax: burstLaneRequestsMax,
      linesPerSecond: linesPerSecond === null ? null : linesPerSecond * timesTheRate,
    });
    this.timer = setTimeout(() => {
      this.end();
    }, seconds * 1000);
  }

  end(): void {
    clearTimeout(this.timer);
    if (this.state === 'now') this.options.limiter.change(this.options.pace);
    this.state = 'over';
  }
}
