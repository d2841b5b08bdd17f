import type { Heartbeat, HeartbeatAnswer, PostFnEnded } from '@potok/ingestion-contracts/completeness-http';
import type { ConflictList } from '@potok/ingestion-contracts/decisions-http';
import type { opaqueStatus, SendAnswer, SeriesStatus } from '@potok/ingestion-contracts/ingestion-http';
import type { z } from 'zod';
import type {
  BulkDecision,
  DecisionResults,
  manualDecision,
  UndecidedLinesPage,
} from '@potok/nomenclature-contracts/decisions-http';
import type { UpsertAnswer } from '@potok/nomenclature-contracts/nomenclature-http';
import { ServiceClient, type HttpAnswer, type HttpCall } from './http-client';

type OpaqueStatus = z.infer<typeof opaqueStatus>;

export interface PlatformAddresses {
  readonly ingestion: readonly string[];
  readonly nomenclature: readonly string[];
  readonly stock: readonly string[];
}

export interface QuarantinedEntry {
  readonly entryId: string;
  readonly reason: string;
  readonly state: string;
  readonly subjectKey: string | null;
}

export interface EncodedBatch {
  readonly body: Buffer;
  readonly contentType: string;
  readonly contentEncoding?: string;
}

/** An answer that no repetition will change. */
export class RefusedCallError extends Error {
  override readonly name = 'RefusedCallError';
}

/** The platform's HTTP interfaces, as far as a chain uses them. All calls go on until they are answered. */
export class PlatformApi {
  readonly ingestion: ServiceClient;
  readonly nomenclature: ServiceClient;
  readonly stock: ServiceClient;

  constructor(
    addresses: PlatformAddresses,
    private readonly adminToken: string,
    deadlineMs: number,
  ) {
    this.ingestion = new ServiceClient(addresses.ingestion, deadlineMs);
    this.nomenclature = new ServiceClient(addresses.nomenclature, deadlineMs);
    this.stock = new ServiceClient(addresses.stock, deadlineMs);
  }

  async put(what: string, id: string, body: object): Promise<void> {
    await this.ask(this.ingestion, {
      method: 'PUT',
      path: `/v1/organisation/${what}/${encodeURIComponent(id)}`,
      body,
    });
  }

  async register(registration: object): Promise<void> {
    await this.ask(this.ingestion, {
      method: 'POST',
      path: '/v1/organisation/registrations',
      body: registration,
    });
  }

  /** A device's token, by a one-time code. A lost answer costs the code: then another one is asked for. */
  async enrol(name: string, scope: object): Promise<string> {
    for (let attempt = 1; ; attempt += 1) {
      const enrolment = await this.ask(this.ingestion, {
        method: 'POST',
        path: '/v1/organisation/credentials',
        body: { name, scope },
      });
      const { enrolmentCode } = JSON.parse(enrolment.text) as { enrolmentCode: string };
      const issued = await this.ingestion.persist({
        ...this.post('/v1/organisation/credentials/token', { enrolmentCode }),
        token: null,
      });
      if (issued.status < 300) return (JSON.parse(issued.text) as { token: string }).token;
      if (attempt === 5) throw new RefusedCallError(`no token for ${name}: ${issued.text}`);
    }
  }

  async upsertProducts(products: readonly object[]): Promise<UpsertAnswer> {
    const answer = await this.ask(this.nomenclature, {
      method: 'POST',
      path: '/v1/nomenclature/products',
      body: { products },
    });
    return JSON.parse(answer.text) as UpsertAnswer;
  }

  async decideAll(decision: BulkDecision): Promise<DecisionResults> {
    const path = '/v1/nomenclature/decisions/bulk';
    const answer = await this.ask(this.nomenclature, { method: 'POST', path, body: decision });
    return JSON.parse(answer.text) as DecisionResults;
  }

  async decideReceipt(decision: z.input<typeof manualDecision>): Promise<void> {
    const call = {
      method: 'POST',
      path: '/v1/nomenclature/decisions',
      body: { decisions: [decision] },
    } as const;
    const { results } = JSON.parse((await this.ask(this.nomenclature, call)).text) as DecisionResults;
    if (results.some(({ outcome }) => outcome === 'refused')) {
      throw new RefusedCallError(`a decision was refused: ${JSON.stringify(results)}`);
    }
  }

  async undecidedCorrections(storeId: string): Promise<UndecidedLinesPage['lines']> {
    const call = this.get(`/v1/nomenclature/undecided-lines?storeId=${storeId}&why=correction&limit=1000`);
    const answer = checked(call, await this.nomenclature.persist(call));
    return (JSON.parse(answer.text) as UndecidedLinesPage).lines;
  }

  /** Open conflicts about single documents, the newest first. */
  async openConflicts(): Promise<ConflictList['conflicts']> {
    const conflicts: ConflictList['conflicts'] = [];
    for (let before = ''; ;) {
      const call = this.get(`/v1/ingestion/conflicts?state=open&kind=conflict&limit=500${before}`);
      const page = JSON.parse(checked(call, await this.ingestion.persist(call)).text) as ConflictList;
      conflicts.push(...page.conflicts);
      if (page.next === null) return conflicts;
      before = `&before=${page.next}`;
    }
  }

  /** Asked again, the same decision answers as before. */
  async decideConflict(conflictNo: string, verdict: 'keep' | 'revise', reason: string): Promise<void> {
    const path = `/v1/ingestion/conflicts/${conflictNo}/${verdict}`;
    await this.ask(this.ingestion, { method: 'POST', path, body: { reason } });
  }

  /** Refused as long as the ledger has not heard of the store and the products: that passes. */
  async deliver(delivery: object): Promise<void> {
    const call = { ...this.post('/v1/stock/deliveries', delivery), token: this.adminToken };
    checked(call, await this.stock.persist(call, [404, 422]));
  }

  /** One attempt: the sender decides what is to be sent again. */
  async sendDocuments(batch: EncodedBatch, token: string): Promise<HttpAnswer> {
    return this.ingestion.once({ method: 'POST', path: '/v1/ingestion/documents', token, ...batch });
  }

  readSendAnswer(answer: HttpAnswer): SendAnswer {
    return JSON.parse(answer.text) as SendAnswer;
  }

  async seriesStatus(series: SeriesName, from: number, token: string): Promise<SeriesStatus> {
    const path = `${seriesPath(series)}/status?from=${String(from)}`;
    const call: HttpCall = { method: 'GET', path, token };
    return JSON.parse(checked(call, await this.ingestion.persist(call)).text) as SeriesStatus;
  }

  async opaqueStatus(series: SeriesName, ids: readonly string[], token: string): Promise<OpaqueStatus> {
    const call = { ...this.post(`${seriesPath(series)}/status`, { ids }), token };
    return JSON.parse(checked(call, await this.ingestion.persist(call)).text) as OpaqueStatus;
  }

  async sendHeartbeats(heartbeats: readonly Heartbeat[], token: string): Promise<HeartbeatAnswer> {
    const call = { ...this.post('/v1/ingestion/heartbeats', heartbeats), token };
    const answer = await this.ingestion.persist(call);
    const told = JSON.parse(checked(call, answer).text) as HeartbeatAnswer;
    if (told.rejected > 0)
      throw new RefusedCallError(`heartbeats were refused: ${JSON.stringify(told.lines)}`);
    return told;
  }

  /** A person closes a ФН that will say nothing more of itself. */
  async endDrive(series: string, how: PostFnEnded): Promise<void> {
    const path = `${seriesPath({ scheme: 'fn', series })}/ended`;
    await this.ask(this.ingestion, { method: 'POST', path, body: how });
  }

  /** Open entries of ingestion's quarantine with this reason. */
  async openQuarantine(reason: string): Promise<QuarantinedEntry[]> {
    const entries: QuarantinedEntry[] = [];
    for (let before: string | null = null; ;) {
      const page = before === null ? '' : `&before=${before}`;
      const call = this.get(`/v1/ingestion/quarantine?state=open&reason=${reason}&limit=1000${page}`);
      const answer = checked(call, await this.ingestion.persist(call));
      const found = JSON.parse(answer.text) as { entries: QuarantinedEntry[]; next: string | null };
      entries.push(...found.entries);
      if (found.next === null) return entries;
      before = found.next;
    }
  }

  async redrive(entryId: string): Promise<void> {
    await this.ingestion.persist({
      ...this.post(`/v1/ingestion/quarantine/${entryId}/redrive`, {}),
      token: this.adminToken,
    });
  }

  get retries(): number {
    return this.ingestion.retries + this.nomenclature.retries + this.stock.retries;
  }

  close(): void {
    for (const client of [this.ingestion, this.nomenclature, this.stock]) client.close();
  }

  private async ask(
    client: ServiceClient,
    { method, path, body }: { readonly method: 'PUT' | 'POST'; readonly path: string; readonly body: object },
  ): Promise<HttpAnswer> {
    const call: HttpCall = { method, path, token: this.adminToken, body: JSON.stringify(body) };
    return checked(call, await client.persist(call));
  }

  private get(path: string): HttpCall {
    return { method: 'GET', path, token: this.adminToken };
  }

  private post(path: string, body: object): Omit<HttpCall, 'token'> {
    return { method: 'POST', path, body: JSON.stringify(body) };
  }
}

export interface SeriesName {
  readonly scheme: string;
  readonly series: string;
}

function seriesPath({ scheme, series }: SeriesName): string {
  return `/v1/ingestion/series/${scheme}/${encodeURIComponent(series)}`;
}

function checked(call: HttpCall, answer: HttpAnswer): HttpAnswer {
  if (answer.status < 300) return answer;
  throw new RefusedCallError(`${call.method} ${call.path}: ${String(answer.status)} ${answer.text}`);
}
