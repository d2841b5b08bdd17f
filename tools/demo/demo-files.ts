import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What a running demo leaves for the commands of other terminals, relative to the checkout. */
export const demoFiles = {
  /** The administrator's token. */
  token: '.potok/demo-token',
  /** URL of the database, of a superuser. */
  database: '.potok/demo-database',
  /** Registers that are off the net, one id a line: written by whoever tries it. */
  offline: '.potok/demo-offline',
  /** Which row `break-row` has changed. */
  brokenRow: '.potok/demo-broken-row',
} as const;

export type DemoFile = keyof typeof demoFiles;

/** Files that nobody else may read. */
export class DemoFolder {
  constructor(private readonly checkoutFolder: string) {}

  pathOf(file: DemoFile): string {
    return path.join(this.checkoutFolder, demoFiles[file]);
  }

  write(file: DemoFile, text: string): void {
    const target = this.pathOf(file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text, { mode: 0o600 });
    // The mode above counts for new files alone.
    chmodSync(target, 0o600);
  }

  /** null: there is no such file. */
  read(file: DemoFile): string | null {
    try {
      return readFileSync(this.pathOf(file), 'utf8');
    } catch {
      return null;
    }
  }

  remove(file: DemoFile): void {
    rmSync(this.pathOf(file), { force: true });
  }

  clear(): void {
    for (const file of ['token', 'database', 'offline', 'brokenRow'] as const) this.remove(file);
  }
}
