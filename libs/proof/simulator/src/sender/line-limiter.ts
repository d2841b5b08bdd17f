import { setTimeout as sleep } from 'node:timers/promises';

/** Bounds how many requests are under way at once, and how many lines go out in a second. */
export class LineLimiter {
  private underWay = 0;
  private readonly queue: (() => void)[] = [];
  private nextStartMs = 0;

  constructor(
    private readonly requestsMax: number,
    /** null: as fast as it goes. */
    private readonly linesPerSecond: number | null,
  ) {}

  async take(lines: number, work: () => Promise<void>): Promise<void> {
    await this.turn();
    try {
      await this.pace(lines);
      await work();
    } finally {
      this.underWay -= 1;
      this.queue.shift()?.();
    }
  }

  private async turn(): Promise<void> {
    if (this.underWay >= this.requestsMax) {
      await new Promise<void>((resolve) => {
        this.queue.push(resolve);
      });
    }
    this.underWay += 1;
  }

  private async pace(lines: number): Promise<void> {
    if (this.linesPerSecond === null) return;
    const now = Date.now();
    const startMs = Math.max(now, this.nextStartMs);
    this.nextStartMs = startMs + (lines * 1000) / this.linesPerSecond;
    if (startMs > now) await sleep(startMs - now);
  }
}
