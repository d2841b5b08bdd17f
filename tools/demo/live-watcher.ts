import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChainCompleteness } from '@potok/ingestion-contracts/completeness-http';
import type { LogAdmin } from '@potok/platform-kafka/log';
import type { ProofState } from '@potok/proof-audit/live-proof/proof-runs';
import { serviceNames, type ServiceAddresses, type ServiceName } from '@potok/proof-audit/platform-view';
import { holdReasons } from '@potok/proof-audit/run-audit';
import type { RunProgress } from '@potok/proof-simulator/sender/run-log';
import { FreshnessFollower } from './freshness-follower';
import { FreshnessWindow } from './freshness-window';
import type { LiveFigures, ProofFigures } from './live-table';
import { nextProofMs } from './proof-pace';

export interface LiveWatcherOptions {
  readonly stores: number;
  readonly addresses: ServiceAddresses;
  readonly adminToken: string;
  readonly admin: LogAdmin;
  readonly offlineFile: string;
  readonly progress: () => RunProgress | null;
}

interface StatusAnswer {
  readonly quarantineOpen: number;
  readonly consumers: readonly { readonly haltedStreams: readonly unknown[] }[];
}

interface QuarantineAnswer {
  readonly entries: readonly { readonly reason: string }[];
}

type Asked = Pick<
  LiveFigures,
  'gapsOpen' | 'silentRegisters' | 'quarantineOpen' | 'held' | 'haltedStreams' | 'proof'
>;

const askEveryMs = 3_000;
const followEveryMs = 1_500;
const firstProofAfterMs = 45_000;
const requestTimeoutMs = 10_000;
const heldPageRows = 1000;
const rateOverMs = 10_000;

/** Watches a demo from the outside: the services' interfaces, the topics, the simulator's own count. */
export class LiveWatcher {
  private readonly window = new FreshnessWindow();
  private readonly counts: { readonly atMs: number; readonly acknowledged: number }[] = [];
  private asked: Asked = {
    gapsOpen: null,
    silentRegisters: null,
    quarantineOpen: null,
    held: null,
    haltedStreams: null,
    proof: null,
  };
  private readonly firstProofMs = Date.now() + firstProofAfterMs;
  private stopped = false;
  private loops: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: LiveWatcherOptions) {}

  start(): void {
    const follower = new FreshnessFollower(this.options.admin, this.window);
    this.loops = Promise.all([
      this.repeat(followEveryMs, async () => follower.catchUp()),
      this.repeat(askEveryMs, async () => this.ask()),
    ]);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.loops;
  }

  figures(nowMs: number): LiveFigures {
    const progress = this.options.progress();
    const acknowledged = progress?.acknowledged ?? 0;
    return {
      stores: this.options.stores,
      acknowledged,
      perSecond: this.rate(acknowledged, nowMs),
      unconfirmed: progress?.unconfirmed ?? 0,
      toStock: this.window.figures('stock', nowMs),
      toReport: this.window.figures('report', nowMs),
      waited: this.window.waitedCount(nowMs),
      offline: namesIn(this.options.offlineFile),
      ...this.asked,
    };
  }

  private rate(acknowledged: number, atMs: number): number | null {
    this.counts.push({ atMs, acknowledged });
    while ((this.counts[0]?.atMs ?? atMs) < atMs - rateOverMs) this.counts.shift();
    const first = this.counts[0];
    if (first === undefined || first.atMs === atMs) return null;
    return ((acknowledged - first.acknowledged) * 1000) / (atMs - first.atMs);
  }

  /** A service that does not answer makes the figures old, and ends nothing. */
  private async repeat(everyMs: number, work: () => Promise<void>): Promise<void> {
    while (!this.stopped) {
      await work().catch(() => undefined);
      for (let waitedMs = 0; waitedMs < everyMs && !this.stopped; waitedMs += 250) await sleep(250);
    }
  }

  private async ask(): Promise<void> {
    const statuses = await Promise.all(
      serviceNames.map((service) => this.get<StatusAnswer>(service, `/v1/${service}/status`)),
    );
    const completeness = await this.get<ChainCompleteness>('ingestion', '/v1/ingestion/completeness');
    const quarantine = `/v1/ingestion/quarantine?state=open&limit=${String(heldPageRows)}`;
    const { entries } = await this.get<QuarantineAnswer>('ingestion', quarantine);
    const held = entries.filter(({ reason }) => holdReasons.has(reason)).length;
    this.asked = {
      gapsOpen: completeness.holesOpen,
      silentRegisters: completeness.silent,
      // Asked one after the other, while entries come and go.
      quarantineOpen: Math.max(held, sum(statuses.map(({ quarantineOpen }) => quarantineOpen))),
      held,
      haltedStreams: sum(
        statuses.flatMap(({ consumers }) => consumers.map(({ haltedStreams }) => haltedStreams.length)),
      ),
      proof: await this.proof(),
    };
  }

  private async proof(): Promise<ProofFigures> {
    const proof = await this.get<ProofState>('reporting', '/v1/proof');
    const dueMs = nextProofMs(proof, this.firstProofMs);
    if (dueMs !== null && Date.now() >= dueMs) await this.call('reporting', '/v1/proof/run', 'POST');
    const { state, finishedAt, last } = proof;
    return {
      ...{ state, finishedAt, receipts: last?.receipts ?? null },
      mismatches: last?.differences.length ?? null,
      unproved: last?.unproved.length ?? null,
    };
  }

  private async get<T>(service: ServiceName, path: string): Promise<T> {
    return (await this.call(service, path, 'GET')) as T;
  }

  private async call(service: ServiceName, path: string, method: 'GET' | 'POST'): Promise<unknown> {
    const { addresses, adminToken } = this.options;
    const response = await fetch(`${addresses[service][0] ?? ''}${path}`, {
      method,
      headers: { authorization: `Bearer ${adminToken}` },
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    if (!response.ok) throw new Error(`${path}: ${String(response.status)}`);
    return response.json();
  }
}

function namesIn(file: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .split(/\s+/)
      .filter((name) => name !== '');
  } catch {
    return [];
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
