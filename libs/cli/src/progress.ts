const PLAIN_LINE_EVERY_MS = 5_000;
const BAR_WIDTH = 28;

export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** How far something is: a bar on a terminal, a plain line every five seconds elsewhere. */
export class Progress {
  private lastLineMs: number;
  private drawn = false;

  constructor(
    private readonly output: ProgressOutput,
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    this.lastLineMs = this.nowMs();
  }

  /** `share` from 0 to 1. */
  show(text: string, share: number): void {
    if (this.output.isTTY === true) {
      const bar = '#'.repeat(Math.round(Math.min(share, 1) * BAR_WIDTH)).padEnd(BAR_WIDTH, '.');
      this.output.write(`\r\u001b[2K[${bar}] ${text}`);
      this.drawn = true;
      return;
    }
    if (this.nowMs() - this.lastLineMs < PLAIN_LINE_EVERY_MS) return;
    this.lastLineMs = this.nowMs();
    this.output.write(`${text}\n`);
  }

  /** Takes the bar away. */
  end(): void {
    if (this.drawn) this.output.write('\r\u001b[2K');
    this.drawn = false;
  }
}
