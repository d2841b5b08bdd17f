import { setTimeout as delay } from 'node:timers/promises';

/** A service refused a request, in its own words. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';

  constructor(
    readonly status: number,
    readonly code: string | null,
    message: string,
  ) {
    super(message);
  }
}

/** No service answered, or not in time. */
export class ApiUnreachable extends Error {
  override readonly name = 'ApiUnreachable';
}

export interface OperatorApiOptions {
  /** Base URL of the service, for example `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly token: string;
  readonly timeoutMs?: number;
  /** How often a request is tried that found no service or was put off (429, 503). */
  readonly attemptsMax?: number;
}

interface Attempt {
  readonly answer: unknown;
  /** Milliseconds to wait before the next attempt; null = this is the answer. */
  readonly againAfterMs: number | null;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_ATTEMPTS = 8;
const PAUSE_MS = 250;
const PAUSE_MAX_MS = 10_000;

/** The services' HTTP APIs as the operator's commands use them: every request is safe to repeat, and is repeated. */
export class OperatorApi {
  constructor(private readonly options: OperatorApiOptions) {}

  get<T>(path: string): Promise<T> {
    return this.call<T>('GET', path);
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.call<T>('POST', path, body);
  }

  delete<T>(path: string): Promise<T> {
    return this.call<T>('DELETE', path);
  }

  /** Throws ApiRefusal with the service's reason, or ApiUnreachable after the last attempt. */
  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const attemptsMax = this.options.attemptsMax ?? DEFAULT_ATTEMPTS;
    for (let attempt = 1; ; attempt += 1) {
      const last = attempt >= attemptsMax;
      const { answer, againAfterMs } = await this.attempt({ method, path, body, last });
      if (againAfterMs === null) return answer as T;
      await delay(Math.min(Math.max(againAfterMs, PAUSE_MS * 2 ** (attempt - 1)), PAUSE_MAX_MS));
    }
  }

  private async attempt(request: {
    readonly method: string;
    readonly path: string;
    readonly body: unknown;
    readonly last: boolean;
  }): Promise<Attempt> {
    try {
      const response = await this.fetch(request.method, request.path, request.body);
      const text = await response.text();
      if (response.ok) return { answer: text === '' ? null : JSON.parse(text), againAfterMs: null };
      const putOff = response.status === 429 || response.status === 503;
      if (putOff && !request.last) {
        return { answer: null, againAfterMs: Number(response.headers.get('retry-after') ?? 0) * 1000 };
      }
      throw refusal(response.status, text);
    } catch (error) {
      if (error instanceof ApiRefusal) throw error;
      if (request.last) throw new ApiUnreachable(`${this.options.url} does not answer: ${reasonOf(error)}`);
      return { answer: null, againAfterMs: 0 };
    }
  }

  private fetch(method: string, path: string, body: unknown): Promise<Response> {
    return fetch(new URL(path, this.options.url), {
      method,
      headers: {
        authorization: `Bearer ${this.options.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(this.options.timeoutMs ?? DEFAULT_TIMEOUT_MS),
    });
  }
}

/** The members of `application/problem+json` that a person needs. */
interface ProblemBody {
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly remedy?: string;
}

function refusal(status: number, text: string): ApiRefusal {
  const { code, title, detail, remedy } = problemOf(text);
  const words = [title ?? `the service answered ${String(status)}`, detail, remedy].filter(
    (part) => part !== undefined && part !== '',
  );
  return new ApiRefusal(status, code ?? null, words.join('. '));
}

function problemOf(text: string): ProblemBody {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
