import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailure, UsageError } from './command-error';

type Environment = Readonly<Record<string, string | undefined>>;

export interface ConnectionOptions {
  readonly url?: string;
  readonly tokenFile?: string;
}

export interface ClientSettings {
  /** One of an app that hosts every service, or one of each app. */
  readonly urls: readonly string[];
  /** Read when the first request needs it. */
  readonly token: () => string;
  /** Waited before the first repeat; doubled for each further one. */
  readonly retryDelayMs: number;
}

const DEFAULT_URL = 'http://127.0.0.1:8080';
const DEFAULT_TOKEN_FILE = '.potok/admin-token';
const REQUEST_TIMEOUT_MS = 60_000;
const ATTEMPTS = 6;
const RETRY_DELAY_MS = 500;
const RETRY_DELAY_MS_MAX = 10_000;
const RETRIED = new Set([429, 502, 503, 504]);

export interface PlatformRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  /** May be sent again when no answer came: the second one changes nothing. */
  readonly repeatable?: boolean;
  /** The answer is wanted as text. */
  readonly asText?: boolean;
  /** Sent without a token. */
  readonly anonymous?: boolean;
}

/** Options before environment before defaults; a token in the environment before any file. */
export function clientSettings(options: ConnectionOptions, environment: Environment): ClientSettings {
  const urls = (options.url ?? environment['POTOK_URL'] ?? DEFAULT_URL).split(',').map((url) => url.trim());
  const wrong = urls.find((url) => !URL.canParse(url) || !/^https?:/.test(url));
  if (wrong !== undefined) throw new UsageError(`--url ${wrong}: not an http(s) address`);
  return {
    urls: urls.map((url) => url.replace(/\/+$/, '')),
    retryDelayMs: RETRY_DELAY_MS,
    token: () => {
      if (options.tokenFile !== undefined) return readToken(options.tokenFile);
      const token = environment['POTOK_TOKEN'];
      if (token !== undefined && token !== '') return token;
      return readToken(environment['POTOK_TOKEN_FILE'] ?? DEFAULT_TOKEN_FILE);
    },
  };
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new UsageError(
      `the token file ${file} cannot be read: name it by --token-file or POTOK_TOKEN_FILE, or set POTOK_TOKEN`,
    );
  }
}

/** The services' HTTP API for one command. Refusals become a CommandFailure that quotes the problem's title. */
export class PlatformClient {
  /** Which address serves `/v1/<service>`. */
  private readonly homes = new Map<string, string>();

  constructor(private readonly settings: ClientSettings) {}

  get urls(): readonly string[] {
    return this.settings.urls;
  }

  /** Throws a UsageError at once where no token can be had, for a command that takes a failed request for a finding. */
  requireToken(): void {
    this.settings.token();
  }

  get(path: string): Promise<unknown> {
    return this.send({ method: 'GET', path, repeatable: true });
  }

  /** The body as it is, of an answer that need not be JSON. */
  async getText(path: string): Promise<string> {
    return String(await this.send({ method: 'GET', path, repeatable: true, asText: true }));
  }

  /** Without a repeat: what does not answer at once is a finding. */
  async getOnce(path: string): Promise<unknown> {
    const answer = await this.attempt({ method: 'GET', path });
    if (!answer.ok) throw new CommandFailure(answer.message);
    return answer.value;
  }

  async send(request: PlatformRequest): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.attempt(request);
      if (answer.ok) return answer.value;
      if (!answer.retry || attempt === ATTEMPTS) throw new CommandFailure(answer.message);
      await sleep(this.delayMs(attempt, answer.retryAfterMs));
    }
  }

  private delayMs(attempt: number, retryAfterMs: number): number {
    const { retryDelayMs } = this.settings;
    return Math.min(RETRY_DELAY_MS_MAX, Math.max(retryAfterMs, retryDelayMs * 2 ** (attempt - 1)));
  }

  /** Asks the address that serves the path; while it is not known, one after the other. */
  private async attempt(request: PlatformRequest): Promise<Answer> {
    const service = request.path.split('/').slice(0, 3).join('/');
    const home = this.homes.get(service);
    let silent: Answer | null = null;
    let answer: Answer | null = null;
    for (const url of home === undefined ? this.settings.urls : [home]) {
      answer = await this.attemptAt(url, request);
      if (!answer.ok && answer.elsewhere === 'silent') silent ??= answer;
      if (answer.ok || answer.elsewhere === 'no') {
        this.homes.set(service, url);
        return answer;
      }
    }
    return (
      silent ?? answer ?? { ok: false, message: 'no address', retry: false, retryAfterMs: 0, elsewhere: 'no' }
    );
  }

  private async attemptAt(url: string, request: PlatformRequest): Promise<Answer> {
    const { token } = this.settings;
    const { method, path, body } = request;
    const authorization = request.anonymous === true ? {} : { authorization: `Bearer ${token()}` };
    const content =
      body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    try {
      const response = await fetch(`${url}${path}`, {
        method,
        ...content,
        headers: { ...authorization, ...content.headers },
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      });
      return await readAnswer(response, request);
    } catch (error) {
      const reason = error instanceof Error ? causeOf(error) : String(error);
      const message = `no answer from ${url}: ${reason} (is Potok running there? see --url)`;
      return { ok: false, message, retry: request.repeatable === true, retryAfterMs: 0, elsewhere: 'silent' };
    }
  }
}

type Answer =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false;
      readonly message: string;
      readonly retry: boolean;
      readonly retryAfterMs: number;
      /** Another address may serve it: this one does not have the route, or did not answer. */
      readonly elsewhere: 'no' | 'routeUnknown' | 'silent';
    };

async function readAnswer(response: Response, request: PlatformRequest): Promise<Answer> {
  const text = await response.text();
  if (response.ok && request.asText === true) return { ok: true, value: text };
  if (response.ok) return { ok: true, value: text === '' ? null : (JSON.parse(text) as unknown) };
  return {
    ok: false,
    message: `${request.method} ${request.path}: ${String(response.status)} ${problemText(text)}`,
    retry: request.repeatable === true && RETRIED.has(response.status),
    retryAfterMs: Number(response.headers.get('retry-after') ?? 0) * 1000 || 0,
    elsewhere: response.status === 404 && problemCode(text) === 'routeUnknown' ? 'routeUnknown' : 'no',
  };
}

function problemCode(text: string): unknown {
  try {
    return (JSON.parse(text) as Readonly<Record<string, unknown>>)['code'];
  } catch {
    return null;
  }
}

function problemText(text: string): string {
  try {
    const { title, detail, remedy } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const said = [title, detail, remedy].filter((part) => typeof part === 'string');
    if (said.length > 0) return said.join('. ');
  } catch {
    return text.slice(0, 200);
  }
  return text.slice(0, 200);
}

function causeOf(error: Error): string {
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
