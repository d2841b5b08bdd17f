import { remedies } from '@potok/ingestion-contracts/outcome';
import type { RetryCode } from '@potok/ingestion-contracts/outcome';
import type { LineAnswer, SendAnswer } from '@potok/ingestion-contracts/ingestion-http';
import type { PlaceDirectory } from '@potok/ingestion-domain/register-place';
import type { NdjsonLine } from '@potok/platform-http/ndjson-lines';
import { countOutcomes } from '../ingestion-metrics';
import type { IngestionMetrics } from '../ingestion-metrics';
import { HEADER } from '@potok/platform-kafka/event-headers';
import { INBOX_HEADER, inboxHeader } from '../inbox/inbox-record';
import type { RejectionCode } from '@potok/ingestion-contracts/outcome';
import type { KnownCredential } from '../organisation-copy/organisation-directory';
import { InboxChunk } from './inbox-sender';
import type { InboxSender } from './inbox-sender';
import type { InflightBudget } from './inflight-budget';
import { judgeLine } from './judge-line';
import type { Judgement } from './judge-line';

const CHUNK_RECORDS_MAX = 1_000;

export interface ReceivingParts {
  readonly credential: KnownCredential;
  readonly directory: PlaceDirectory;
  /** Brings the directory up to date: a register that is unknown may be a minute old. */
  readonly refresh: { onDemand(): Promise<void> };
  readonly sender: InboxSender;
  readonly budget: InflightBudget;
  readonly chunkBytesMax: number;
  readonly nowMs: () => number;
  readonly metrics: IngestionMetrics;
  /** Every line is answered, not only those that were not plainly accepted. */
  readonly answerAll: boolean;
  /** W3C trace context of the request, where it is traced. */
  readonly traceparent: string | null;
}

interface Judged {
  readonly line: number;
  readonly judgement: Judgement;
}

interface ChunkInMaking {
  readonly chunk: InboxChunk;
  readonly judged: Judged[];
}

/** The lines of one request: judged one by one, sent in chunks, answered when the broker has them. */
export class LineReceiver {
  private readonly counts = { accepted: 0, held: 0, rejected: 0, retry: 0 };
  private readonly answers: LineAnswer[] = [];
  private making: ChunkInMaking = { chunk: new InboxChunk(), judged: [] };
  private readonly underWay = new Set<Promise<void>>();

  constructor(private readonly parts: ReceivingParts) {}

  /** Resolves when there is room for more: whoever reads the body waits for it. */
  async receive(lines: readonly NdjsonLine[]): Promise<void> {
    const { credential, directory, refresh, chunkBytesMax, nowMs } = this.parts;
    const receivedAtMs = nowMs();
    const judgements = lines.map((line) => judgeLine(line, credential, directory));
    if (judgements.some(({ code }) => code === 'registerUnknown')) {
      await refresh.onDemand();
      lines.forEach((line, index) => {
        if (judgements[index]?.code === 'registerUnknown')
          judgements[index] = judgeLine(line, credential, directory);
      });
    }
    lines.forEach((line, index) => {
      const judgement = judgements[index];
      if (judgement !== undefined) this.enqueue(line, judgement, receivedAtMs);
    });
    const { bytes, records } = this.making.chunk;
    if (bytes >= chunkBytesMax || records >= CHUNK_RECORDS_MAX) await this.flush();
  }

  async finish(): Promise<SendAnswer> {
    await this.flush();
    await Promise.all(this.underWay);
    this.answers.sort((left, right) => left.line - right.line);
    return { ...this.counts, lines: this.answers };
  }

  /** After a failure in the middle of the body: what is on its way is waited for. */
  async abandon(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private enqueue(line: NdjsonLine, judgement: Judgement, receivedAtMs: number): void {
    const { credential, sender } = this.parts;
    const { credentialId } = credential;
    const header = inboxHeader({
      receivedAtMs,
      credentialId,
      rejection:
        judgement.outcome === 'rejected'
          ? { code: judgement.code as RejectionCode, field: judgement.field }
          : null,
      usable: judgement.usable,
      cut: line.overlong === null ? null : { byteLength: line.overlong.length, sha256: line.overlong.sha256 },
    });
    const { chunk, judged } = this.making;
    const { traceparent } = this.parts;
    const trace = traceparent === null ? {} : { [HEADER.traceparent]: traceparent };
    const record = { key: judgement.key, value: line.bytes, headers: { [INBOX_HEADER]: header, ...trace } };
    chunk.add(sender.partitionOf(judgement.key), record);
    judged.push({ line: line.number, judgement });
  }

  private async flush(): Promise<void> {
    const { chunk, judged } = this.making;
    if (chunk.records === 0) return;
    this.making = { chunk: new InboxChunk(), judged: [] };
    const { budget, credential } = this.parts;
    while (!budget.reserve(credential.credentialId, chunk.bytes)) {
      if (this.underWay.size === 0) {
        this.settle(judged, 'overloaded');
        return;
      }
      await Promise.race(this.underWay);
    }
    const sending = this.send(chunk, judged);
    this.underWay.add(sending);
    void sending.then(() => this.underWay.delete(sending));
  }

  private async send(chunk: InboxChunk, judged: readonly Judged[]): Promise<void> {
    const { budget, credential, sender } = this.parts;
    const acknowledged = await sender.send(chunk, () => {
      budget.release(credential.credentialId, chunk.bytes);
    });
    if (acknowledged) this.parts.metrics.received.add(chunk.bytes);
    this.settle(judged, acknowledged ? null : 'brokerUnavailable');
  }

  private settle(judged: readonly Judged[], retry: RetryCode | null): void {
    const counted = judged.map(({ judgement: { outcome, code } }) =>
      retry === null ? { outcome, code } : { outcome: 'retry', code: retry },
    );
    countOutcomes(this.parts.metrics.answered, counted);
    for (const { line, judgement } of judged) {
      if (retry !== null) {
        this.counts.retry += 1;
        this.answers.push({ line, outcome: 'retry', code: retry, remedy: remedies[retry] });
        continue;
      }
      this.counts[judgement.outcome] += 1;
      if (judgement.code !== null || this.parts.answerAll) this.answers.push(answerOf(line, judgement));
    }
  }
}

function answerOf(line: number, { outcome, code, field }: Judgement): LineAnswer {
  if (code === null) return { line, outcome };
  return { line, outcome, code, ...(field === null ? {} : { field }), remedy: remedies[code] };
}
