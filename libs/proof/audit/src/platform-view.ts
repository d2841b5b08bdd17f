import type { HolesAnswer, HoleView } from '@potok/ingestion-contracts/completeness-http';
import type { DocumentView, opaqueStatus, SeriesStatus } from '@potok/ingestion-contracts/ingestion-http';
import type { UndecidedLinesPage } from '@potok/nomenclature-contracts/decisions-http';
import type { BalanceView } from '@potok/stock-contracts/stock-http';
import { ServiceClient } from '@potok/proof-simulator/sender/http-client';
import type { PlatformAddresses } from '@potok/proof-simulator/sender/platform-api';
import type { z } from 'zod';

export interface QuarantineRow {
  readonly entryId: string;
  readonly source: string;
  readonly reason: string;
  readonly detail: string | null;
  readonly state: 'open' | 'redriven' | 'dismissed';
}

/** What a service says of its own progress, over all of its replicas. */
export interface ServiceStatus {
  readonly consumers: readonly {
    readonly consumer: string;
    readonly lag: number;
    readonly haltedStreams: readonly unknown[];
  }[];
  readonly publication: readonly { readonly topic: string; readonly events: number }[];
  readonly dirtyRows: number;
  readonly unfoldedMovements?: number;
  readonly unpublishedFolds?: number;
}

export type ServiceName = 'ingestion' | 'nomenclature' | 'stock' | 'reporting';

export const serviceNames: readonly ServiceName[] = ['ingestion', 'nomenclature', 'stock', 'reporting'];

/** Where each service answers: what a chain uses, and what only people ask. */
export interface ServiceAddresses extends PlatformAddresses {
  readonly reporting: readonly string[];
}

const pageRows = 1000;

/** The platform through its HTTP interfaces, as an administrator sees it. */
export class PlatformView {
  private readonly clients: Readonly<Record<ServiceName, ServiceClient>>;

  constructor(
    addresses: ServiceAddresses,
    private readonly adminToken: string,
    deadlineMs: number,
  ) {
    this.clients = {
      ingestion: new ServiceClient(addresses.ingestion, deadlineMs),
      nomenclature: new ServiceClient(addresses.nomenclature, deadlineMs),
      stock: new ServiceClient(addresses.stock, deadlineMs),
      reporting: new ServiceClient(addresses.reporting, deadlineMs),
    };
  }

  async status(service: ServiceName): Promise<ServiceStatus> {
    return this.get<ServiceStatus>(service, `/v1/${service}/status`);
  }

  async quarantine(service: ServiceName): Promise<QuarantineRow[]> {
    const rows: QuarantineRow[] = [];
    for (let next: string | null = null; ;) {
      const page = next === null ? '' : `&before=${next}`;
      const answer: { entries: QuarantineRow[]; next: string | null } = await this.get(
        service,
        `/v1/${service}/quarantine?limit=${String(pageRows)}${page}`,
      );
      rows.push(...answer.entries);
      if (answer.next === null) return rows;
      next = answer.next;
    }
  }

  /** Balances of a store, `locationId|productId` → thousandths. */
  async balances(storeId: string): Promise<Map<string, number>> {
    const balances = new Map<string, number>();
    for (let after = ''; ;) {
      const answer = await this.get<{ balances: BalanceView[]; next: string | null }>(
        'stock',
        `/v1/stock/balances?storeId=${storeId}&limit=${String(pageRows)}${after}`,
      );
      for (const { locationId, productId, quantityMilli } of answer.balances) {
        balances.set(`${locationId}|${productId}`, quantityMilli);
      }
      if (answer.next === null) return balances;
      after = `&after=${encodeURIComponent(answer.next)}`;
    }
  }

  /** A report of reporting, all of its pages. */
  async report<Row>(name: string, query: string): Promise<readonly Row[]> {
    const rows: Row[] = [];
    for (let after = '0'; ;) {
      const path = `/v1/reports/${name}?${query}&limit=10000&after=${after}`;
      const page = await this.get<{ rows: Row[]; next: string | null }>('reporting', path);
      rows.push(...page.rows);
      if (page.next === null) return rows;
      after = page.next;
    }
  }

  /** The numbers of a series that are archived. */
  async confirmedNumbers(scheme: string, series: string): Promise<(number: number) => boolean> {
    const ranges: SeriesStatus['confirmed'] = [];
    for (let from = 0; ;) {
      const path = `${seriesPath(scheme, series)}?from=${String(from)}`;
      const status = await this.get<SeriesStatus>('ingestion', path);
      ranges.push(...status.confirmed);
      const last = status.confirmed.at(-1)?.to;
      if (!status.truncated || last === undefined) break;
      from = last + 1;
    }
    return (number) => ranges.some(({ from, to }) => from <= number && number <= to);
  }

  async confirmedIds(scheme: string, series: string, ids: readonly string[]): Promise<Set<string>> {
    const confirmed = new Set<string>();
    for (let start = 0; start < ids.length; start += pageRows) {
      const answer = await this.call<z.infer<typeof opaqueStatus>>('ingestion', {
        method: 'POST',
        path: seriesPath(scheme, series),
        body: JSON.stringify({ ids: ids.slice(start, start + pageRows) }),
      });
      for (const { id, status } of answer.statuses) if (status === 'confirmed') confirmed.add(id);
    }
    return confirmed;
  }

  /** Lines in the queue of what a person has to decide. */
  async linesInQueue(): Promise<number> {
    const { sums } = await this.get<UndecidedLinesPage>(
      'nomenclature',
      '/v1/nomenclature/undecided-lines?limit=1',
    );
    return sums.lines;
  }

  /** What is missed of all registers. */
  async openHoles(): Promise<HoleView[]> {
    const holes: HoleView[] = [];
    for (let after: string | null = '0'; after !== null;) {
      const answer: HolesAnswer = await this.get(
        'ingestion',
        `/v1/ingestion/holes?state=open&limit=${String(pageRows)}&after=${after}`,
      );
      holes.push(...answer.holes);
      after = answer.next;
    }
    return holes;
  }

  async document(documentId: string): Promise<DocumentView> {
    return this.get<DocumentView>('ingestion', `/v1/ingestion/documents/${documentId}`);
  }

  async bytes(documentId: string, observationNo: number): Promise<string> {
    const path = `/v1/ingestion/documents/${documentId}/observations/${String(observationNo)}/bytes`;
    const answer = await this.clients.ingestion.persist({ method: 'GET', path, token: this.adminToken });
    return answer.text;
  }

  /** The text of an answer that must be there. */
  async text(service: ServiceName, path: string): Promise<string> {
    const answer = await this.clients[service].persist({ method: 'GET', path, token: this.adminToken });
    if (answer.status >= 300) throw new Error(`${path}: ${String(answer.status)} ${answer.text}`);
    return answer.text;
  }

  close(): void {
    for (const client of Object.values(this.clients)) client.close();
  }

  private async get<T>(service: ServiceName, path: string): Promise<T> {
    return this.call<T>(service, { method: 'GET', path });
  }

  private async call<T>(
    service: ServiceName,
    call: { readonly method: 'GET' | 'POST'; readonly path: string; readonly body?: string },
  ): Promise<T> {
    const answer = await this.clients[service].persist({ ...call, token: this.adminToken });
    if (answer.status >= 300) throw new Error(`${call.path}: ${String(answer.status)} ${answer.text}`);
    return JSON.parse(answer.text) as T;
  }
}

function seriesPath(scheme: string, series: string): string {
  return `/v1/ingestion/series/${scheme}/${encodeURIComponent(series)}/status`;
}
