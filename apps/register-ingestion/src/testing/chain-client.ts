import { waitFor } from '@potok/platform-testing/wait-for';
import type { RunningIngestion } from './running-ingestion';

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface LineAnswered {
  readonly line: number;
  readonly outcome: string;
  readonly code?: string;
  readonly field?: string;
  readonly remedy?: string;
}

export interface QuarantineEntry {
  readonly entryId: string;
  readonly reason: string;
  readonly detail: string | null;
  readonly byteLength: number;
  readonly origin: Readonly<Record<string, string | number | null>>;
}

interface Asked {
  readonly body?: unknown;
  readonly bearer?: string;
}

export interface Sent {
  readonly bearer?: string;
  readonly contentType?: string;
  readonly encoding?: string;
}

/** A small chain talking to a running register-ingestion over HTTP: an administrator, two stores and their devices. */
export class ChainClient {
  readonly fetched: string[] = [];

  constructor(private readonly service: Pick<RunningIngestion, 'address' | 'adminToken'>) {}

  async call(method: string, path: string, asked: Asked = {}): Promise<Answered> {
    const { body, bearer = this.service.adminToken } = asked;
    const response = await fetch(`${this.service.address}${path}`, {
      method,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return this.answered(response);
  }

  /** Lines of NDJSON, texts as they are, anything else as JSON. */
  async sendLines(lines: readonly unknown[], sent: Sent & { readonly bearer: string }): Promise<Answered> {
    return this.sendBody(lines.map(lineText).join('\n'), sent);
  }

  async sendBody(body: string | Buffer, sent: Sent): Promise<Answered> {
    const { bearer, contentType = 'application/x-ndjson', encoding } = sent;
    const response = await fetch(`${this.service.address}/v1/ingestion/documents`, {
      method: 'POST',
      headers: {
        'content-type': contentType,
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
      },
      body,
    });
    return this.answered(response);
  }

  /** Stores `store-1` and `store-2` with a register each; the series belongs to the first one's. */
  async organise(series: string): Promise<void> {
    await this.call('PUT', '/v1/organisation/legal-entities/ooo', {
      body: { inn: '7707083893', name: 'ООО «Ромашка»' },
    });
    for (const store of ['store-1', 'store-2']) {
      const put = { name: store, legalEntityId: 'ooo', timeZone: 'Europe/Moscow' };
      await this.call('PUT', `/v1/organisation/stores/${store}`, { body: put });
      const register = { storeId: store, name: 'Касса 1' };
      await this.call('PUT', `/v1/organisation/registers/${store}-1`, { body: register });
    }
    const registration = { scheme: 'fn', series, registerId: 'store-1-1' };
    const { status } = await this.call('POST', '/v1/organisation/registrations', { body: registration });
    if (status !== 200) throw new Error(`the registration was answered ${String(status)}`);
  }

  async enrol(scope: object): Promise<{ readonly token: string; readonly credentialId: string }> {
    const created = await this.call('POST', '/v1/organisation/credentials', {
      body: { name: 'Агент', scope },
    });
    const { enrolmentCode, credentialId } = created.body;
    const issued = await this.call('POST', '/v1/organisation/credentials/token', { body: { enrolmentCode } });
    return { token: String(issued.body.token), credentialId: String(credentialId) };
  }

  /** Waits until every number of the series up to `to` is confirmed or held. */
  async untilTaken(series: string, numbers: readonly number[]): Promise<void> {
    const path = `/v1/ingestion/series/fn/${series}/status?from=0&to=${String(Math.max(...numbers))}`;
    await waitFor(
      async () => {
        const { confirmed, held } = (await this.call('GET', path)).body as Record<
          'confirmed' | 'held',
          { from: number; to: number }[]
        >;
        const ranges = [...confirmed, ...held];
        return numbers.every((number) => ranges.some(({ from, to }) => from <= number && number <= to));
      },
      { what: `the numbers ${numbers.join(', ')} to be taken in`, timeoutMs: 30_000 },
    );
  }

  /** Waits for an entry that fits, newest first. */
  async quarantined(fits: (entry: QuarantineEntry) => boolean): Promise<QuarantineEntry> {
    return waitFor(
      async () => {
        const { body } = await this.call('GET', '/v1/ingestion/quarantine?limit=1000');
        return (body.entries as QuarantineEntry[]).find(fits);
      },
      { what: 'an entry of the quarantine', timeoutMs: 30_000 },
    );
  }

  async quarantinedBytes({ entryId }: QuarantineEntry): Promise<Buffer> {
    const { body } = await this.call('GET', `/v1/ingestion/quarantine/${entryId}`);
    return Buffer.from(String(body.bytes), 'base64');
  }

  private async answered(response: Response): Promise<Answered> {
    const text = await response.text();
    this.fetched.push(text);
    const body = JSON.parse(text) as Answered['body'];
    return { status: response.status, headers: response.headers, body };
  }
}

function lineText(line: unknown): string {
  return typeof line === 'string' ? line : JSON.stringify(line);
}

/** The answers for single lines. */
export function lineAnswers({ body }: Answered): readonly LineAnswered[] {
  return body.lines as LineAnswered[];
}

/** A sale of one loaf for a ruble. */
export function receiptOf(series: string, number: number, overrides: object = {}): Record<string, unknown> {
  return {
    type: 'receipt',
    identities: [{ scheme: 'fn', series, number }],
    occurredAtLocal: '2026-03-02T12:15:07',
    operation: 'sale',
    totalKopecks: 100,
    payments: [{ fiscalKind: 'cash', amountKopecks: 100 }],
    lines: [{ lineNo: 1, name: 'Хлеб', barcode: '4600682000013', quantityMilli: 1000, amountKopecks: 100 }],
    ...overrides,
  };
}
