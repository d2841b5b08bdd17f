import type { DocumentFacts } from '../truth/document-facts';

/** One line on its way to the platform. */
export interface Transmission {
  /** Second of the day at which the sender tries it first; with `order` it sorts a store's day. */
  readonly sendAtSecond: number;
  readonly order: number;
  /** Local time of the document by the simulator's clock, `YYYY-MM-DDTHH:MM:SS`. */
  readonly happenedAt: string;
  /** Whose token it goes with. */
  readonly credential: string;
  /** One line, without the line break. */
  readonly text: string;
  /** Goes in a request of its own. */
  readonly alone: boolean;
  /** Not sent before these hold: an identity that is confirmed, a series that is registered. */
  readonly requires: readonly string[];
  /** Barcodes of its lines that nomenclature is to learn later. */
  readonly lateBarcodes: readonly string[];
  /** lost: never sent · onRequest: sent once the platform asks for its number · unsent: nobody misses it. */
  readonly fate: 'sent' | 'lost' | 'onRequest' | 'unsent';
  readonly facts: DocumentFacts;
}

/** The credential of a whole system: of clouds and of ОФД. */
export const systemCredential = 'cloud';

export function requiresConfirmed(identity: string): string {
  return `confirmed ${identity}`;
}

export function requiresRegistered(series: string): string {
  return `registered ${series}`;
}

export function inSendingOrder(a: Transmission, b: Transmission): number {
  return a.sendAtSecond - b.sendAtSecond || a.order - b.order;
}
