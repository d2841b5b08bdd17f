import type { BenchStage } from '../harness/bench-stage';
import type { Measurement } from '../harness/measurement';
import { makeStores, platformApi } from '../inputs/bench-chain';
import { hostileRequests } from '../inputs/hostile-bodies';
import type { HostileRequest } from '../inputs/hostile-bodies';
import { requestBodies, sendAll } from '../inputs/http-load';
import type { InputSize } from '../inputs/receipt-events';

export interface HostileRun extends Measurement {
  /** The longest time in which the process did nothing else, milliseconds; what was under way then. */
  readonly longestBlockingMs: number;
  readonly during: string;
}

/** The clock of the process's own measurement: what it counts of every interval. */
const RESOLUTION_MS = 20;
const LONGEST = /potok_event_loop_delay_seconds\{[^}]*quantile="1"[^}]*\} ([\d.e+-]+)/;

/** Good receipts over a few connections; beside them, if wanted, every hostile request, one after the other. */
export async function runHostileInput(
  stage: BenchStage,
  size: InputSize,
  hostile: boolean,
): Promise<HostileRun> {
  const bodies = requestBodies(size);
  const app = await stage.startApp('register-ingestion');
  const api = platformApi(stage, { ingestion: app.url, nomenclature: app.url, stock: app.url });
  try {
    const token = await makeStores(api, size);
    const good = { done: false };
    await longestMs(app.url);
    const before = stage.cpuUs();
    const startMs = performance.now();
    const sending = sendAll(api, token, bodies).finally(() => {
      good.done = true;
    });
    const worst = hostile
      ? await attack({ url: app.url, token, adminToken: stage.adminToken }, () => good.done)
      : { longestBlockingMs: 0, during: 'good lines alone' };
    await sending;
    const durationMs = performance.now() - startMs;
    const last = await longestMs(app.url);
    const cpuUs = [...stage.cpuUs()].map(([name, value]) => [name, value - (before.get(name) ?? 0)] as const);
    const run = { lines: size.receipts, durationMs, cpuUs: Object.fromEntries(cpuUs) };
    return last > worst.longestBlockingMs
      ? { ...run, longestBlockingMs: last, during: 'good lines' }
      : { ...run, ...worst };
  } finally {
    api.close();
    await app.stop();
  }
}

interface Attacked {
  readonly url: string;
  readonly token: string;
  readonly adminToken: string;
}

/** Each request at least once, and again until the good lines are through. */
async function attack(
  attacked: Attacked,
  isOver: () => boolean,
): Promise<Pick<HostileRun, 'longestBlockingMs' | 'during'>> {
  const worst = { longestBlockingMs: 0, during: '' };
  const requests = hostileRequests();
  for (let round = 1; round === 1 || !isOver(); round += 1) {
    for (const request of requests) {
      await send(attacked, request);
      const blockedMs = await longestMs(attacked.url);
      if (blockedMs <= worst.longestBlockingMs) continue;
      worst.longestBlockingMs = blockedMs;
      worst.during = request.what;
    }
  }
  return worst;
}

/** A refusal is as good as an answer; a connection may be closed in the middle of a body that is refused. */
async function send({ url, token, adminToken }: Attacked, request: HostileRequest): Promise<void> {
  const { who, method, path, headers, body } = request;
  const bearer = { device: token, admin: adminToken, nobody: 'ptk_nobody' }[who];
  try {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { ...headers, authorization: `Bearer ${bearer}` },
      body,
    });
    await response.arrayBuffer();
    if (response.status < 500 || response.status === 503) return;
  } catch {
    return;
  }
  throw new Error(`${request.what}: the service failed`);
}

/** Since it was asked last. */
async function longestMs(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const seconds = Number(LONGEST.exec(text)?.[1] ?? NaN);
  if (Number.isNaN(seconds)) throw new Error('the service does not tell how late its event loop ran');
  return Math.max(0, seconds * 1000 - RESOLUTION_MS);
}
