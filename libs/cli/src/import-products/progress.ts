import type { Output } from '../output';

const PLAIN_INTERVAL_MS = 5_000;
const BAR_INTERVAL_MS = 200;
const BAR_WIDTH = 30;

/** How far the import is: a bar on a terminal, elsewhere a plain line every few seconds. */
export class Progress {
  private rows = 0;
  private bytes = 0;
  private readonly startedMs = Date.now();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly output: Output,
    private readonly bytesTotal: number,
  ) {
    const bar = output.terminal;
    this.timer = setInterval(
      () => {
        if (bar) output.status(`\r${this.bar()}`);
        else output.status(`${this.text()}\n`);
      },
      bar ? BAR_INTERVAL_MS : PLAIN_INTERVAL_MS,
    );
    this.timer.unref();
  }

  read(bytes: number): void {
    this.bytes = bytes;
  }

  done(rows: number): void {
    this.rows += rows;
  }

  stop(): void {
    clearInterval(this.timer);
    if (this.output.terminal) this.output.status(`\r${this.bar()}\n`);
  }

  private bar(): string {
    const filled = Math.round(BAR_WIDTH * this.share());
    return `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}] ${this.text()}`;
  }

  private text(): string {
    const seconds = Math.max(0.001, (Date.now() - this.startedMs) / 1000);
    const speed = Math.round(this.rows / seconds);
    return `${String(Math.floor(this.share() * 100))} % read, ${String(this.rows)} rows, ${String(speed)} rows/s`;
  }

  private share(): number {
    return this.bytesTotal === 0 ? 1 : Math.min(1, this.bytes / this.bytesTotal);
  }
}
