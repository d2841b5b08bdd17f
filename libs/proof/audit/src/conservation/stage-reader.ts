import type { BalanceView } from '@potok/stock-contracts/stock-http';
import type { ServiceName } from '../platform-view';

/** How far a consumer of a service has applied a store's stream. */
export interface AppliedStream {
  readonly consumer: string;
  readonly streamKey: string;
  readonly seq: number;
}

export interface StoredStream<T> {
  readonly topic: string;
  readonly streamKey: string;
  readonly fromSeq: number;
  readonly upToSeq: number;
  readonly seqOf: (event: T) => number;
}

/** What was read while the report went on from one sequence to another. */
export interface ReportRows<Row> {
  readonly rows: readonly Row[];
  readonly fromSeq: number;
  readonly toSeq: number;
}

interface ReportPage<Row> {
  readonly asOf: { readonly stores: readonly { readonly storeId: string; readonly streamSeq: number }[] };
  readonly rows: readonly Row[];
  readonly next: string | null;
}

/** Answers a GET of a service with the text of its body; throws when there is none. */
export type ReadText = (service: ServiceName, path: string) => Promise<string>;

const balancesPerPage = 1000;

/** What the stages hold, through the services' interfaces. */
export class StageReader {
  constructor(private readonly read: ReadText) {}

  /** Heads of the streams of a topic that the service numbers, by store. */
  async streams(service: ServiceName, topic: string): Promise<ReadonlyMap<string, number>> {
    const path = `/v1/${service}/streams?topic=${topic}`;
    const { streams } = await this.json<{ streams: { streamKey: string; lastSeq: number }[] }>(service, path);
    return new Map(streams.map(({ streamKey, lastSeq }) => [streamKey, lastSeq]));
  }

  /** How far the service has applied the streams of a topic: the least of its consumers, by store. */
  async applied(service: ServiceName, topic: string): Promise<readonly AppliedStream[]> {
    const path = `/v1/${service}/applied?topic=${topic}`;
    return (await this.json<{ applied: AppliedStream[] }>(service, path)).applied;
  }

  /** The events of a stream as the service's tables hold them, from a sequence to another, both included. */
  async *storedEvents<T>(
    service: ServiceName,
    { topic, streamKey, fromSeq: firstSeq, upToSeq, seqOf }: StoredStream<T>,
  ): AsyncGenerator<T, void, undefined> {
    for (let fromSeq = firstSeq; fromSeq <= upToSeq;) {
      const query = `topic=${topic}&streamKey=${streamKey}&fromSeq=${String(fromSeq)}`;
      const path = `/v1/${service}/stored-events?${query}`;
      const text = await this.read(service, path);
      if (text === '') return;
      for (const line of text.trimEnd().split('\n')) {
        const event = JSON.parse(line) as T;
        fromSeq = seqOf(event) + 1;
        if (seqOf(event) <= upToSeq) yield event;
      }
    }
  }

  /** Rows of a report of one store, page by page. */
  async reportRows<Row>(
    name: 'lines' | 'conservation',
    { storeId, from, to }: { readonly storeId: string; readonly from: string; readonly to: string },
  ): Promise<ReportRows<Row>> {
    const rows: Row[] = [];
    const seqs: number[] = [];
    const counted = name === 'lines' ? '&counted=all' : '';
    for (let after = ''; ;) {
      const query = `storeId=${storeId}&from=${from}&to=${to}${counted}&limit=10000${after}`;
      const page = await this.json<ReportPage<Row>>('reporting', `/v1/reports/${name}?${query}`);
      seqs.push(page.asOf.stores.find((store) => store.storeId === storeId)?.streamSeq ?? 0);
      for (const row of page.rows) rows.push(row);
      if (page.next === null) return { rows, fromSeq: Math.min(...seqs), toSeq: Math.max(...seqs) };
      after = `&after=${encodeURIComponent(page.next)}`;
    }
  }

  /** Balances of a store as they stood after this movement, `locationId|productId` → thousandths. */
  async balances(storeId: string, movementSeq: number): Promise<Map<string, number>> {
    const balances = new Map<string, number>();
    for (let after = ''; ;) {
      const query = `storeId=${storeId}&asOfMovementSeq=${String(movementSeq)}&limit=${String(balancesPerPage)}`;
      const path = `/v1/stock/balances?${query}${after}`;
      const page = await this.json<{ balances: BalanceView[]; next: string | null }>('stock', path);
      for (const { locationId, productId, quantityMilli } of page.balances) {
        balances.set(`${locationId}|${productId}`, quantityMilli);
      }
      if (page.next === null) return balances;
      after = `&after=${encodeURIComponent(page.next)}`;
    }
  }

  private async json<T>(service: ServiceName, path: string): Promise<T> {
    return JSON.parse(await this.read(service, path)) as T;
  }
}
