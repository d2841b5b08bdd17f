import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly token: string | null;
  readonly body?: string | Buffer;
  readonly contentType?: string;
  readonly contentEncoding?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly retryAfterMs: number | null;
  readonly text: string;
}

/** The time for sending is over: what is not acknowledged by now stays so. */
export class DeadlineReachedError extends Error {
  override readonly name = 'DeadlineReachedError';
}

const requestTimeoutMs = 15_000;
const firstPauseMs = 100;
const longestPauseMs = 2_000;

/** One service of the platform with all of its replicas: each call goes to the next one. */
export class ServiceClient {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 512 });
  private readonly urls: readonly URL[];
  private turn = 0;
  /** Calls that had to be made again. */
  retries = 0;

  constructor(
    urls: readonly string[],
    private readonly deadlineMs: number,
  ) {
    if (urls.length === 0) throw new Error('a service needs a URL');
    this.urls = urls.map((url) => new URL(url));
  }

  /** Calls again and again through lost connections, 429 and 5xx, until another answer or the deadline comes. */
  async persist(call: HttpCall, alsoRetry: readonly number[] = []): Promise<HttpAnswer> {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
      const answer = await this.once(call).catch(() => null);
      const passing =
        answer === null || answer.status === 429 || answer.status >= 500 || alsoRetry.includes(answer.status);
      if (!passing) return answer;
      if (Date.now() >= this.deadlineMs) {
        throw new DeadlineReachedError(`${call.path}: ${answer === null ? 'no answer' : answer.text}`);
      }
      this.retries += 1;
      await sleep(Math.min(answer?.retryAfterMs ?? pauseMs, longestPauseMs));
    }
  }

  async once(call: HttpCall): Promise<HttpAnswer> {
    const url = this.urls[this.turn % this.urls.length];
    this.turn += 1;
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        {
          agent: this.agent,
          host: url?.hostname,
          port: url?.port,
          method: call.method,
          path: call.path,
          headers: headersOf(call),
          timeout: requestTimeoutMs,
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('error', reject);
          response.once('close', () => {
            if (!response.complete) reject(new Error('the answer broke off'));
          });
          response.once('end', () => {
            resolve({
              status: response.statusCode ?? 0,
              retryAfterMs: retryAfterMs(response.headers['retry-after']),
              text: Buffer.concat(chunks).toString('utf8'),
            });
          });
        },
      );
      request.once('timeout', () => request.destroy(new Error('no answer in time')));
      request.once('error', reject);
      request.end(call.body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

function headersOf(call: HttpCall): Record<string, string | number> {
  return {
    ...(call.token === null ? {} : { authorization: `Bearer ${call.token}` }),
    ...(call.body === undefined
      ? {}
      : {
          'content-type': call.contentType ?? 'application/json',
          'content-length': Buffer.byteLength(call.body),
        }),
    ...(call.contentEncoding === undefined ? {} : { 'content-encoding': call.contentEncoding }),
  };
}

function retryAfterMs(header: string | undefined): number | null {
  const seconds = Number(header);
  return header === undefined || !Number.isFinite(seconds) ? null : seconds * 1000;
}
