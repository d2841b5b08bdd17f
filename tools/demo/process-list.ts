import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Tells which process is which while they run: in a file, and in a line whenever one of them is another. */
export class ProcessList {
  private known = '';
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly file: string,
    private readonly pids: () => ReadonlyMap<string, number>,
    private readonly say: (line: string) => void,
  ) {
    mkdirSync(path.dirname(file), { recursive: true });
    this.timer = setInterval(() => {
      this.look();
    }, 250);
    this.timer.unref();
    this.look();
  }

  stop(): void {
    clearInterval(this.timer);
    rmSync(this.file, { force: true });
  }

  private look(): void {
    const text = JSON.stringify(Object.fromEntries(this.pids()));
    if (text === this.known) return;
    this.known = text;
    writeFileSync(this.file, `${text}\n`);
    this.say(`processes: ${text}`);
  }
}
