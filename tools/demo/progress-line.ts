const everyMs = 5_000;
const barWidth = 28;
const clearToEnd = '\u001b[J';

/** Shows how far something is: in place on a terminal, by a plain line every five seconds elsewhere. */
export class ProgressLine {
  private lastMs = 0;
  private drawnLines = 0;

  constructor(private readonly output: NodeJS.WriteStream) {}

  /** `share` from 0 to 1, null where the whole is not known. */
  show(text: string, share: number | null): void {
    const bar = share === null ? '' : `[${'#'.repeat(Math.round(share * barWidth)).padEnd(barWidth)}] `;
    this.showTable([`${bar}${text}`], text);
  }

  /** Lines in the place of those that were shown before, or the one line that says the same. */
  showTable(lines: readonly string[], plain: string): void {
    if (this.output.isTTY) {
      const width = this.output.columns;
      const fitting = lines.map((line) => line.slice(0, Math.max(1, width - 1)));
      this.output.write(`${this.clearing()}${fitting.join('\n')}`);
      this.drawnLines = lines.length;
      return;
    }
    if (Date.now() - this.lastMs < everyMs) return;
    this.lastMs = Date.now();
    this.output.write(`${plain}\n`);
  }

  /** A line of its own that stays. */
  say(line: string): void {
    this.output.write(`${this.clearing()}${line}\n`);
    this.drawnLines = 0;
  }

  private clearing(): string {
    if (this.drawnLines === 0) return '';
    const up = this.drawnLines > 1 ? `\u001b[${String(this.drawnLines - 1)}A` : '';
    return `\r${up}${clearToEnd}`;
  }
}
