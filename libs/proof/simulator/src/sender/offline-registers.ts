import { readFileSync } from 'node:fs';

const lookEveryMs = 500;

/**
 * Registers that somebody has taken off the net while the simulation runs: those that a control file names, one id a
 * line. They sell on and keep what they have.
 */
export class OfflineRegisters {
  private named: ReadonlySet<string> = new Set();
  private text = '';
  private timer: NodeJS.Timeout | undefined;

  /** `changed` is called whenever other registers are off the net than before. */
  constructor(
    private readonly file: string | null,
    private readonly changed: () => void,
  ) {}

  get none(): boolean {
    return this.named.size === 0;
  }

  has(registerId: string): boolean {
    return this.named.has(registerId);
  }

  watch(): void {
    if (this.file === null) return;
    this.look(this.file);
    this.timer = setInterval(this.look.bind(this, this.file), lookEveryMs);
  }

  /** All of them are back, whatever the file says from now on. */
  end(): void {
    clearInterval(this.timer);
    this.take('');
  }

  private look(file: string): void {
    this.take(textOf(file));
  }

  private take(text: string): void {
    if (text === this.text) return;
    this.text = text;
    this.named = new Set(text.split(/\s+/).filter((id) => id !== ''));
    this.changed();
  }
}

/** A file that is not there names nobody. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
