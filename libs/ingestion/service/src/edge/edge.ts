import { Readable } from 'node:stream';
import type { SendAnswer } from '@potok/ingestion-contracts/ingestion-http';
import { LINE_BYTES_MAX, LINES_MAX, ndjsonLines } from '@potok/platform-http/ndjson-lines';
import type { NdjsonLine } from '@potok/platform-http/ndjson-lines';
import { httpProblems, ProblemError } from '@potok/platform-http/problem';
import type { RawBody } from '@potok/platform-http/route-decorators';
import type { DirectoryRefresh } from '../organisation-copy/directory-refresh';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import type { IngestionMetrics } from '../ingestion-metrics';
import { edgeProblems } from './edge-problems';
import type { InboxSender } from './inbox-sender';
import type { InflightBudget } from './inflight-budget';
import { LineReceiver } from './receive-lines';

export interface EdgeOptions {
  readonly directory: OrganisationDirectory;
  readonly refresh: DirectoryRefresh;
  readonly sender: InboxSender;
  readonly budget: InflightBudget;
  readonly bodyBytesMax: number;
  readonly chunkBytesMax: number;
  readonly retryAfterS: number;
  readonly nowMs: () => number;
  readonly metrics: IngestionMetrics;
}

export interface Sending {
  readonly credentialId: string;
  readonly answerAll: boolean;
  readonly traceparent: string | null;
}

/** Takes documents off the network and into the inbox; says `accepted` only for what the broker has acknowledged. */
export class Edge {
  constructor(private readonly options: EdgeOptions) {}

  get retryAfterS(): number {
    return this.options.retryAfterS;
  }

  /** Throws ProblemError when nothing of the request was taken. */
  async receive(body: RawBody, sending: Sending): Promise<SendAnswer> {
    const { budget, sender, directory, retryAfterS } = this.options;
    const credential = directory.credential(sending.credentialId);
    if (credential === undefined) throw new ProblemError(httpProblems.unauthenticated);
    if (!sender.open) throw new ProblemError(edgeProblems.brokerUnavailable, { retryAfterS });
    const refusal = budget.enter(credential.credentialId);
    if (refusal !== null) {
      throw new ProblemError(refusal === 'full' ? edgeProblems.overloaded : edgeProblems.senderBusy, {
        retryAfterS,
      });
    }
    const receiver = new LineReceiver({ ...this.options, ...sending, credential });
    try {
      for await (const lines of this.linesOf(body)) await receiver.receive(lines);
      const answer = await receiver.finish();
      this.refuseIfNothingTaken(answer);
      return answer;
    } finally {
      await receiver.abandon();
      budget.leave(credential.credentialId);
    }
  }

  private linesOf(body: RawBody): AsyncIterable<readonly NdjsonLine[]> {
    const { bodyBytesMax } = this.options;
    // A document in one JSON body may hold line breaks: it is one line whatever stands in it.
    if (Buffer.isBuffer(body)) return oneLine(body);
    return ndjsonLines(body as AsyncIterable<Buffer>, {
      lineBytesMax: LINE_BYTES_MAX,
      bytesMax: bodyBytesMax,
      linesMax: LINES_MAX,
    });
  }

  private refuseIfNothingTaken(answer: SendAnswer): void {
    const { accepted, held, rejected, retry, lines } = answer;
    if (retry === 0 || accepted + held + rejected > 0) return;
    const overloaded = lines.every(({ code }) => code === 'overloaded');
    const problem = overloaded ? edgeProblems.overloaded : edgeProblems.brokerUnavailable;
    throw new ProblemError(problem, { retryAfterS: this.options.retryAfterS });
  }
}

/** `ndjsonLines` over a stream without line breaks cuts an over-long document in the same way. */
async function* oneLine(body: Buffer): AsyncGenerator<readonly NdjsonLine[], void, undefined> {
  if (body.length <= LINE_BYTES_MAX) {
    yield [{ number: 1, bytes: body, overlong: null }];
    return;
  }
  const flat = Buffer.from(body);
  for (let index = 0; index < flat.length; index += 1) if (flat[index] === 0x0a) flat[index] = 0x20;
  yield* ndjsonLines(Readable.from([flat]), {
    lineBytesMax: LINE_BYTES_MAX,
    bytesMax: flat.length,
    linesMax: 1,
  });
}
