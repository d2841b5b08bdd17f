const everyMs = 5_000;
const barWidth = 28;

/** Shows how far something is: a bar on a terminal, a plain line every five seconds elsewhere. */
export class ProgressLine {
  private lastMs = 0;
  private drawn = false;

  constructor(private readonly output: NodeJS.WriteStream) {}

  /** `share` from 0 to 1, null where the whole is not known. */
  show(text: string, share: number | null): void {
    if (this.output.isTTY) {
      const bar = share === null ? '' : `[${'#'.repeat(Math.round(share * barWidth)).padEnd(barWidth)}] `;
      this.output.write(`\r\u001b[2K${bar}${text}`);
      this.drawn = true;
      return;
    }
    if (Date.now() - this.lastMs < everyMs) return;
    this.lastMs = Date.now();
    this.output.write(`${text}\n`);
  }

  /** A line of its own that stays. */
  say(line: string): void {
    if (this.drawn) this.output.write('\r\u001b[2K');
    this.drawn = false;
    this.output.write(`${line}\n`);
  }
}
