import type { RequestHeader } from './kafka-frames';

/** Which exchanges a fault strikes: every one, the n-th (from 1) of those it applies to, or each with a chance. */
export type Strike =
  | { readonly kind: 'always' }
  | { readonly kind: 'nth'; readonly nth: number }
  | { readonly kind: 'chance'; readonly probability: number };

/**
 * What happens to a struck exchange. `drop-response`: the broker has done it, the client does not hear of it; its
 * connection is closed, or goes on in silence. `refuse-request`: the connection is closed before the broker has
 * it. `delay-response`: later responses of the same connection wait behind it, as TCP does.
 */
export type Fault =
  | { readonly kind: 'drop-response'; readonly connection: 'closed' | 'silent' }
  | { readonly kind: 'refuse-request' }
  | { readonly kind: 'delay-response'; readonly delayMs: number };

export interface Toxic {
  /** Absent: applies to every API. */
  readonly apiKey?: number;
  readonly strike: Strike;
  readonly fault: Fault;
}

/** The toxics in force, with their counters. Decisions depend on the seed and the order of requests alone. */
export class Toxics {
  private readonly active = new Map<Toxic, { applied: number; struck: number }>();

  constructor(private readonly random: () => number) {}

  add(toxic: Toxic): void {
    this.active.set(toxic, { applied: 0, struck: 0 });
  }

  remove(toxic: Toxic): void {
    this.active.delete(toxic);
  }

  clear(): void {
    this.active.clear();
  }

  /** How often the toxic has struck; 0 when it is not in force. */
  struck(toxic: Toxic): number {
    return this.active.get(toxic)?.struck ?? 0;
  }

  /** Decides once per request, when it arrives. The first toxic that strikes wins. */
  faultFor(request: RequestHeader): Fault | undefined {
    for (const [toxic, counter] of this.active) {
      if (toxic.apiKey !== undefined && toxic.apiKey !== request.apiKey) continue;
      counter.applied += 1;
      if (!this.strikes(toxic.strike, counter.applied)) continue;
      counter.struck += 1;
      return toxic.fault;
    }
    return undefined;
  }

  private strikes(strike: Strike, applied: number): boolean {
    if (strike.kind === 'always') return true;
    return strike.kind === 'nth' ? applied === strike.nth : this.random() < strike.probability;
  }
}
