import type { Transmission } from '../delivery/transmission';

/** Holds back what must not be sent before something else has come true. */
export class WaitingRoom {
  private readonly fulfilled = new Set<string>();
  private readonly waiting = new Map<string, Transmission[]>();
  private readonly missing = new Map<Transmission, Set<string>>();
  private readonly release: (transmission: Transmission) => void;

  constructor(release: (transmission: Transmission) => void) {
    this.release = release;
  }

  get size(): number {
    return this.missing.size;
  }

  /** Requirements that somebody waits for. */
  get requirements(): Iterable<string> {
    return this.waiting.keys();
  }

  isAwaited(requirement: string): boolean {
    return this.waiting.has(requirement);
  }

  /** True when it has to wait; `release` gets it once all that it requires has come true. */
  detain(transmission: Transmission): boolean {
    const missing = transmission.requires.filter((requirement) => !this.fulfilled.has(requirement));
    if (missing.length === 0) return false;
    this.missing.set(transmission, new Set(missing));
    for (const requirement of missing) {
      const others = this.waiting.get(requirement);
      if (others === undefined) this.waiting.set(requirement, [transmission]);
      else others.push(transmission);
    }
    return true;
  }

  fulfil(requirement: string): void {
    this.fulfilled.add(requirement);
    const waiting = this.waiting.get(requirement) ?? [];
    this.waiting.delete(requirement);
    for (const transmission of waiting) {
      const missing = this.missing.get(transmission);
      missing?.delete(requirement);
      if (missing?.size !== 0) continue;
      this.missing.delete(transmission);
      this.release(transmission);
    }
  }
}
