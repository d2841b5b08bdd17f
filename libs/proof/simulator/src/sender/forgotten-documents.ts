import type { ResendRequest } from '@potok/ingestion-contracts/completeness-http';
import type { Transmission } from '../delivery/transmission';

/** What registers have passed over and still have: each is sent once the platform asks for its number. */
export class ForgottenDocuments {
  private readonly byIdentity = new Map<string, Transmission>();
  /** How many were sent because they were asked for. */
  recalled = 0;

  keep(transmission: Transmission): void {
    for (const identity of transmission.facts.identities) this.byIdentity.set(identity, transmission);
  }

  get size(): number {
    return this.byIdentity.size;
  }

  /** Nobody has asked for them by the end: they are sent of themselves. */
  takeAll(): Transmission[] {
    const left = [...this.byIdentity.values()];
    this.byIdentity.clear();
    return left;
  }

  /** Those among the numbers asked for; they are no longer kept. */
  recall(requests: readonly ResendRequest[]): Transmission[] {
    const found: Transmission[] = [];
    for (const [identity, transmission] of this.byIdentity) {
      if (!requests.some((request) => isWithin(identity, request))) continue;
      this.byIdentity.delete(identity);
      this.recalled += 1;
      found.push(transmission);
    }
    return found;
  }
}

function isWithin(identity: string, { scheme, series, from, to }: ResendRequest): boolean {
  const [ownScheme, ownSeries, number] = identity.split('|');
  return ownScheme === scheme && ownSeries === series && from <= Number(number) && Number(number) <= to;
}
