import type { ProcessSpec } from './supervisor';

/** What providers work with. */
export interface ProviderContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly checkoutFolder: string;
  /** Per user, outside of the checkout: downloads that later runs find again. */
  readonly cacheFolder: string;
  readonly memory: InfraMemory;
  readonly report: (line: string) => void;
}

export interface InfraMemory {
  readonly brokerHeapMb: number;
  readonly databaseSharedBuffersMb: number;
}

/** A server made ready to be started: run the process, then its clients find it at `address`. */
export interface PreparedServer {
  /** `host:port` of a broker, URL of a database. */
  readonly address: string;
  readonly process: ProcessSpec;
}

/** What a provider can give: something that runs already, or a server to be run in the run's folder. */
export type Offer =
  | { readonly kind: 'running'; readonly description: string; readonly addresses: readonly string[] }
  | {
      readonly kind: 'server';
      readonly description: string;
      readonly prepare: (runFolder: string) => Promise<PreparedServer>;
    }
  | { readonly kind: 'unavailable'; readonly reason: string; readonly remedy: string };

export type AvailableOffer = Exclude<Offer, { kind: 'unavailable' }>;

export interface Provider {
  readonly name: string;
  offer(context: ProviderContext): Promise<Offer>;
}

/** Nothing offers the broker or the database. The message says per provider why, and what to do. */
export class InfraUnavailableError extends Error {
  override readonly name = 'InfraUnavailableError';
}

/** The first provider of the list that can serve. */
export async function chooseOffer(
  what: string,
  providers: readonly Provider[],
  context: ProviderContext,
): Promise<AvailableOffer> {
  const refusals: string[] = [];
  for (const provider of providers) {
    const offer = await provider.offer(context);
    if (offer.kind !== 'unavailable') {
      context.report(`${what}: ${offer.description}`);
      return offer;
    }
    refusals.push(`  - ${provider.name}: ${offer.reason}\n      ${offer.remedy}`);
  }
  throw new InfraUnavailableError(`no ${what} can be had. One of these is enough:\n${refusals.join('\n')}`);
}
