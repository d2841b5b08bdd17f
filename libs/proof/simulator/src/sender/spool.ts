import type { SeriesStatus } from '@potok/ingestion-contracts/ingestion-http';
import { inParallel } from './in-parallel';
import type { SeriesName } from './platform-api';

/** A name that was sent. */
interface OpenName {
  /** What it is kept for: a document that is held for good is never confirmed. */
  readonly until: 'confirmed' | 'held';
  held: boolean;
}

interface SeriesEntries {
  readonly key: string;
  readonly name: SeriesName;
  /** A token that may ask for it. */
  readonly token: string;
  /** By number or opaque id: names that have not come to what is expected of them. */
  readonly open: Map<string, OpenName>;
}

/** Asks the platform; `PlatformApi` does. */
export interface StatusSource {
  seriesStatus(series: SeriesName, from: number, token: string): Promise<SeriesStatus>;
  opaqueStatus(
    series: SeriesName,
    ids: readonly string[],
    token: string,
  ): Promise<{ readonly statuses: readonly { readonly id: string; readonly status: string }[] }>;
}

const opaqueIdsPerCall = 1000;

/**
 * What every register keeps until the platform has confirmed it: accepted is not enough. `poll` asks for what is open
 * and lets go of what is confirmed.
 */
export class Spool {
  private readonly series = new Map<string, SeriesEntries>();
  private readonly listeners = new Map<string, (() => void)[]>();

  constructor(private readonly source: StatusSource) {}

  /** A document with this name was acknowledged. */
  add(identity: string, token: string, until: 'confirmed' | 'held' = 'confirmed'): void {
    const { key, name, id } = partsOf(identity);
    const entries = this.series.get(key) ?? { key, name, token, open: new Map<string, OpenName>() };
    this.series.set(key, entries);
    entries.open.set(id, { until, held: false });
  }

  /** Calls back when the name is confirmed. Ask before it is sent: what is confirmed is forgotten. */
  whenConfirmed(identity: string, listener: () => void): void {
    this.listeners.set(identity, [...(this.listeners.get(identity) ?? []), listener]);
  }

  /** Names of a series that are neither confirmed nor known to be held. */
  unsettled(seriesKey: string): number {
    const entries = this.series.get(seriesKey);
    return entries === undefined ? 0 : [...entries.open.values()].filter(({ held }) => !held).length;
  }

  /** Names of a series that are not confirmed. */
  open(seriesKey: string): number {
    return this.series.get(seriesKey)?.open.size ?? 0;
  }

  get openNames(): number {
    let open = 0;
    for (const entries of this.series.values()) open += entries.open.size;
    return open;
  }

  get openSeries(): string[] {
    return [...this.series].filter(([, { open }]) => open.size > 0).map(([key]) => key);
  }

  /** One round over all series with open names. */
  async poll(): Promise<void> {
    const open = [...this.series.values()].filter((entries) => entries.open.size > 0);
    await inParallel(open, async (entries) => this.pollSeries(entries));
  }

  private async pollSeries(entries: SeriesEntries): Promise<void> {
    const ids = [...entries.open.keys()];
    if (isNumbered(entries.name)) await this.pollNumbers(entries, ids.map(Number));
    else {
      for (let start = 0; start < ids.length; start += opaqueIdsPerCall) {
        const asked = ids.slice(start, start + opaqueIdsPerCall);
        const { statuses } = await this.source.opaqueStatus(entries.name, asked, entries.token);
        for (const { id, status } of statuses) this.learn(entries, id, status);
      }
    }
  }

  private async pollNumbers(entries: SeriesEntries, numbers: readonly number[]): Promise<void> {
    const sorted = [...numbers].sort((a, b) => a - b);
    for (let from = sorted[0]; from !== undefined;) {
      const status = await this.source.seriesStatus(entries.name, from, entries.token);
      for (const number of sorted) {
        if (within(number, status.confirmed)) this.learn(entries, String(number), 'confirmed');
        else if (within(number, status.held)) this.learn(entries, String(number), 'held');
      }
      if (!status.truncated) return;
      const reached = Math.max(from, ...[...status.confirmed, ...status.held].map(({ to }) => to));
      from = sorted.find((number) => number > reached);
    }
  }

  private learn(entries: SeriesEntries, id: string, state: string): void {
    const name = entries.open.get(id);
    if (name === undefined) return;
    if (state === 'held') name.held = true;
    if (state !== 'confirmed' && state !== name.until) return;
    entries.open.delete(id);
    const identity = `${entries.key}|${id}`;
    const listeners = this.listeners.get(identity) ?? [];
    this.listeners.delete(identity);
    for (const listener of listeners) listener();
  }
}

export function seriesKeyOf(identity: string): string {
  return partsOf(identity).key;
}

function partsOf(identity: string): { readonly key: string; readonly name: SeriesName; readonly id: string } {
  const [scheme = '', series = '', id = ''] = identity.split('|');
  return { key: `${scheme}|${series}`, name: { scheme, series }, id };
}

function isNumbered({ scheme }: SeriesName): boolean {
  return scheme !== 'evotor';
}

function within(number: number, ranges: readonly { readonly from: number; readonly to: number }[]): boolean {
  return ranges.some(({ from, to }) => from <= number && number <= to);
}
