import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { AddressInfo } from 'node:net';
import type { SeriesName } from '../sender/platform-api';

/** What the toy was told. */
export interface ToyRecords {
  readonly documents: Map<string, string>;
  readonly held: Set<string>;
  readonly registered: Set<string>;
  readonly barcodes: string[];
  readonly deliveries: string[];
  /** ФН that were closed by an act. */
  readonly ended: string[];
  /** Copies that differ from the first one of their name. */
  readonly conflicts: (SeriesName & { readonly conflictNo: string; readonly number: number })[];
  /** Paths of what was decided about them. */
  readonly verdicts: Set<string>;
  requests: number;
  decisions: number;
}

interface NumberRange {
  readonly from: number;
  readonly to: number;
}

interface ToyDocument {
  readonly [member: string]: unknown;
  readonly identities: readonly {
    readonly scheme: string;
    readonly series: string;
    readonly number?: number;
    readonly opaqueId?: string;
  }[];
}

/**
 * A platform that remembers names of documents and no more: enough to try the sender. It refuses every fifth request,
 * and drops the connection after every seventh one has been taken in.
 */
export class ToyPlatform {
  readonly records: ToyRecords = {
    documents: new Map(),
    held: new Set(),
    registered: new Set(),
    barcodes: [],
    deliveries: [],
    ended: [],
    conflicts: [],
    verdicts: new Set(),
    requests: 0,
    decisions: 0,
  };
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      void this.answer(request, response);
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.server.listen(0, '127.0.0.1', resolve);
    });
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString('utf8');
    const { records } = this;
    records.requests += 1;
    if (records.requests % 5 === 0) {
      response.writeHead(503, { 'retry-after': '0' }).end();
      return;
    }
    const value = this.route(`${request.method ?? ''} ${request.url ?? ''}`, body);
    if (records.requests % 7 === 0) response.socket?.destroy();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  }

  private route(what: string, body: string): object {
    if (what === 'POST /v1/ingestion/documents') return this.take(body);
    if (what.startsWith('GET /v1/ingestion/series/')) return this.status(what);
    if (what.endsWith('/ended')) this.records.ended.push(what.split('/')[5] ?? '');
    else if (what.startsWith('POST /v1/ingestion/series/')) return this.opaque(what, body);
    if (what === 'POST /v1/ingestion/heartbeats') return this.askAgain(body);
    if (what === 'POST /v1/organisation/registrations') this.register(body);
    if (what === 'POST /v1/stock/deliveries') this.records.deliveries.push(body);
    if (what === 'POST /v1/nomenclature/decisions/bulk') return this.decide();
    if (what === 'POST /v1/nomenclature/decisions') return this.decide();
    if (what.startsWith('GET /v1/nomenclature/undecided-lines')) return { lines: this.bareCorrections() };
    if (what.startsWith('GET /v1/ingestion/conflicts'))
      return { conflicts: this.records.conflicts, next: null };
    if (what.startsWith('POST /v1/ingestion/conflicts/')) this.records.verdicts.add(what);
    if (what === 'POST /v1/nomenclature/products') {
      const { products } = JSON.parse(body) as { products: { barcodes: { barcode: string }[] }[] };
      this.records.barcodes.push(
        ...products.flatMap(({ barcodes }) => barcodes.map(({ barcode }) => barcode)),
      );
    }
    return { enrolmentCode: 'one-time', token: 'ptk', rejected: [], entries: [], next: null };
  }

  private bareCorrections(): object[] {
    return [...this.records.documents].flatMap(([documentId, text]) => {
      if (!text.includes('"form":"correction"') || !text.includes('"lines":[]')) return [];
      const { totalKopecks } = JSON.parse(text) as { totalKopecks: number };
      return [{ documentId, lineNo: 0, amountKopecks: totalKopecks }];
    });
  }

  /** One more receipt each time. */
  private decide(): object {
    this.records.decisions += 1;
    return { results: [{ documentId: String(this.records.decisions), outcome: 'decided' }], more: false };
  }

  private register(body: string): void {
    const { scheme, series } = JSON.parse(body) as { scheme: string; series: string };
    const key = `${scheme}|${series}`;
    this.records.registered.add(key);
    for (const name of this.records.held) {
      if (!name.startsWith(`${key}|`)) continue;
      this.records.held.delete(name);
      this.records.documents.set(name, 'released');
    }
  }

  private take(body: string): object {
    const lines: object[] = [];
    for (const [index, text] of body.split('\n').entries()) {
      if (text === '') continue;
      const outcome = this.takeLine(text);
      if (outcome !== 'accepted') lines.push({ line: index + 1, outcome });
    }
    return { accepted: 0, held: 0, rejected: 0, retry: 0, lines };
  }

  private takeLine(text: string): 'accepted' | 'held' | 'rejected' | 'retry' {
    const document = readDocument(text);
    if (document === null) return 'rejected';
    if (this.records.requests % 11 === 0) return 'retry';
    const usable = isUsable(document);
    for (const { scheme, series, number, opaqueId } of document.identities) {
      const name = `${scheme}|${series}|${String(number ?? opaqueId)}`;
      const registered = scheme === 'agent' || this.records.registered.has(`${scheme}|${series}`);
      if (!usable || !registered) this.records.held.add(name);
      else if (!this.records.documents.has(name)) this.records.documents.set(name, text);
      else if (number !== undefined && this.records.documents.get(name) !== text) {
        this.records.conflicts.push({
          conflictNo: String(this.records.conflicts.length),
          scheme,
          series,
          number,
        });
      }
    }
    return usable ? 'accepted' : 'held';
  }

  /** Asks for every number up to the last one that it does not know, once nothing waits in the spool. */
  private askAgain(body: string): object {
    const resend: object[] = [];
    const heartbeats = JSON.parse(body) as {
      series: (SeriesName & { lastNumber: number; unsent: number })[];
    }[];
    for (const { series } of heartbeats) {
      for (const { scheme, series: name, lastNumber, unsent } of series) {
        const { confirmed, held } = this.status(
          `GET /v1/ingestion/series/${scheme}/${encodeURIComponent(name)}`,
        );
        const known = new Set([...confirmed, ...held].map(({ from }) => from));
        const first = Math.min(...known);
        for (let number = first; unsent === 0 && number <= lastNumber; number += 1) {
          if (!known.has(number)) resend.push({ scheme, series: name, from: number, to: number });
        }
      }
    }
    return { accepted: 1, rejected: 0, lines: [], resend };
  }

  private status(what: string): { confirmed: NumberRange[]; held: NumberRange[]; truncated: boolean } {
    const [, , , , scheme = '', series = ''] = what.split(/[/?]/);
    const prefix = `${scheme}|${decodeURIComponent(series)}|`;
    const rangesOf = (names: Iterable<string>) =>
      [...names]
        .filter((name) => name.startsWith(prefix))
        .map((name) => Number(name.slice(prefix.length)))
        .map((number) => ({ from: number, to: number }));
    return {
      confirmed: rangesOf(this.records.documents.keys()),
      held: rangesOf(this.records.held),
      truncated: false,
    };
  }

  private opaque(what: string, body: string): object {
    const [, , , , scheme = '', series = ''] = what.split('/');
    const { ids } = JSON.parse(body) as { ids: string[] };
    const isKnown = (id: string): boolean =>
      this.records.documents.has(`${scheme}|${decodeURIComponent(series)}|${id}`);
    return { statuses: ids.map((id) => ({ id, status: isKnown(id) ? 'confirmed' : 'unknown' })) };
  }
}

function readDocument(text: string): ToyDocument | null {
  try {
    const document = JSON.parse(text) as Partial<ToyDocument> & { registerId?: string; note?: string };
    const names = document.identities ?? [];
    if (document.note !== undefined || names.length === 0) return null;
    return { ...document, identities: names };
  } catch {
    return null;
  }
}

function isUsable(document: ToyDocument): boolean {
  if (document['type'] !== 'receipt') return true;
  const lines = (document['lines'] ?? []) as {
    lineNo: number;
    quantityMilli: unknown;
    amountKopecks: unknown;
  }[];
  const total = document['totalKopecks'];
  return (
    typeof document['operation'] === 'string' &&
    typeof total === 'number' &&
    total <= 1e13 &&
    Array.isArray(document['payments'] ?? []) &&
    new Set(lines.map(({ lineNo }) => lineNo)).size === lines.length &&
    lines.every(
      ({ quantityMilli, amountKopecks }) => isQuantity(quantityMilli) && typeof amountKopecks === 'number',
    )
  );
}

function isQuantity(value: unknown): boolean {
  return typeof value === 'number' && value <= 1e12;
}
