import { setTimeout as sleep } from 'node:timers/promises';

export interface Pace {
  /** Requests under way at once, of all lanes; and of one lane. */
  readonly requestsMax: number;
  readonly laneRequestsMax: number;
  /** null: as fast as it goes. */
  readonly linesPerSecond: number | null;
}

/** Bounds how many requests are under way at once, and how many lines go out in a second. */
export class LineLimiter {
  private underWay = 0;
  private readonly queue: (() => void)[] = [];
  private nextStartMs = 0;

  constructor(private pace: Pace) {}

  get laneRequestsMax(): number {
    return this.pace.laneRequestsMax;
  }

  /** From now on. */
  change(pace: Pace): void {
    this.pace = pace;
    this.nextStartMs = 0;
    while (this.underWay < pace.requestsMax && this.queue.length > 0) {
      this.underWay += 1;
      this.queue.shift()?.();
    }
  }

  async take(lines: number, work: () => Promise<void>): Promise<void> {
    await this.turn();
    try {
      await this.waitForTurn(lines);
      await work();
    } finally {
      this.underWay -= 1;
      if (this.underWay < this.pace.requestsMax && this.queue.length > 0) {
        this.underWay += 1;
        this.queue.shift()?.();
      }
    }
  }

  private async turn(): Promise<void> {
    if (this.underWay < this.pace.requestsMax) {
      this.underWay += 1;
      return;
    }
    await new Promise<void>((resolve) => {
      this.queue.push(resolve);
    });
  }

  private async waitForTurn(lines: number): Promise<void> {
    const { linesPerSecond } = this.pace;
    if (linesPerSecond === null) return;
    const now = Date.now();
    const startMs = Math.max(now, this.nextStartMs);
    this.nextStartMs = startMs + (lines * 1000) / linesPerSecond;
    if (startMs > now) await sleep(startMs - now);
  }
}
