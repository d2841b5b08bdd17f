import { setTimeout as sleep } from 'node:timers/promises';
import { planChain, type SimulatedChain, type SimulatedStore } from '../chain/chain';
import { deliveriesOf } from '../chain/deliveries';
import type { SimulationOptions } from '../chain/options';
import { lateBarcodesOf, StoreTransmissions } from '../delivery/store-transmissions';
import type { Transmission } from '../delivery/transmission';
import { SeededRandom } from '../random/seeded-random';
import { GroundTruth, type DeliveredFact } from '../truth/ground-truth';
import { Accountant } from './accountant';
import { BarcodeLessons } from './barcode-lessons';
import { Burst } from './burst';
import { setUpChain } from './chain-setup';
import { ConflictJudge } from './conflict-judge';
import { CorrectionClerk } from './correction-clerk';
import { ForgottenDocuments } from './forgotten-documents';
import { Heartbeats } from './heartbeats';
import { inParallel } from './in-parallel';
import { Lane } from './lane';
import { LateRegistrations } from './late-registrations';
import { LineLimiter } from './line-limiter';
import { PlatformApi, type PlatformAddresses } from './platform-api';
import { OfflineRegisters } from './offline-registers';
import { RunLog, type GapFact, type RunProgress, type RunSummary, type SentRecord } from './run-log';
import { seriesKeyOf, Spool } from './spool';
import { WaitingRoom } from './waiting-room';

export interface RunOptions {
  readonly simulation: SimulationOptions;
  readonly addresses: PlatformAddresses;
  readonly adminToken: string;
  /** Lines a second over all stores; null = as fast as the platform takes them. */
  readonly linesPerSecond: number | null;
  /** So long all devices send ten times as much; null = never. */
  readonly burstSeconds: number | null;
  /** How long to go on against services that do not answer. */
  readonly deadlineMs: number;
  /** Names the registers that are off the net, one a line; null = none ever. */
  readonly offlineFile?: string | null;
  /** Folder for the run's files. */
  readonly outputFolder: string;
  readonly report: (line: string) => void;
}

const requestsMax = 16;
const burstAfterShare = 0.15;
const batchLinesMax = 300;
const backlogMax = 600;
const keptBackMax = 5_000;
const pollMs = { trading: 1_500, settling: 300 };
const progressMs = 1_000;
const settleTimeoutMs = 180_000;
const recallTimeoutMs = 60_000;

/** Trades as a whole chain against the platform, and writes down what was sent and what should come of it. */
export class SimulationRun {
  private readonly chain: SimulatedChain;
  private readonly api: PlatformApi;
  private readonly log: RunLog;
  private readonly truth = new GroundTruth();
  private readonly deliveries: DeliveredFact[] = [];
  private readonly lanes = new Map<string, Lane>();
  private readonly room = new WaitingRoom((transmission) => {
    this.laneOf(transmission).push(transmission);
  });
  private readonly spool: Spool;
  private readonly lessons: BarcodeLessons;
  private readonly registrations: LateRegistrations;
  private readonly offline: OfflineRegisters;
  private readonly heartbeats: Heartbeats;
  private readonly accountant: Accountant;
  private readonly clerk: CorrectionClerk;
  private readonly judge: ConflictJudge;
  private readonly forgotten = new ForgottenDocuments();
  private forgottenCount = 0;
  private readonly gaps: GapFact[] = [];
  private readonly limiter: LineLimiter;
  private readonly burst: Burst | null;
  private readonly batchLinesMax: number;
  private tokens: ReadonlyMap<string, string> = new Map();
  private readonly laneRuns: Promise<void>[] = [];
  private readonly byKey = new Map<string, Transmission>();
  private phase: RunProgress['phase'] = 'setUp';
  private sent = 0;
  private acknowledged = 0;
  private days = 0;
  private startedAtMs = 0;
  private failed: Error | undefined;
  private stopRequested = false;

  constructor(private readonly options: RunOptions) {
    this.chain = planChain(options.simulation);
    this.api = new PlatformApi(options.addresses, options.adminToken, options.deadlineMs);
    this.log = new RunLog(options.outputFolder);
    this.spool = new Spool(this.api);
    this.lessons = new BarcodeLessons(this.chain.goods, lateBarcodesOf(this.chain));
    const { chain, api, spool, room } = this;
    this.registrations = new LateRegistrations({ chain, api, spool, room });
    this.offline = new OfflineRegisters(options.offlineFile ?? null, () => {
      for (const lane of this.lanes.values()) lane.reconsider();
    });
    this.heartbeats = new Heartbeats(chain, api, this.offline);
    this.accountant = new Accountant(chain, api);
    this.clerk = new CorrectionClerk(chain, api);
    this.judge = new ConflictJudge(api);
    const { linesPerSecond } = options;
    const pace = { requestsMax, laneRequestsMax: 1, linesPerSecond };
    this.limiter = new LineLimiter(pace);
    this.burst =
      options.burstSeconds === null
        ? null
        : new Burst({
            limiter: this.limiter,
            pace,
            seconds: options.burstSeconds,
            afterDocuments: options.simulation.receipts * burstAfterShare,
          });
    this.batchLinesMax = Math.min(batchLinesMax, Math.ceil((linesPerSecond ?? Number.POSITIVE_INFINITY) / 5));
  }

  /** Stops trading; requests that are under way are finished, what waits for its turn is never sent. */
  stop(): void {
    this.stopRequested = true;
    this.offline.end();
    for (const lane of this.lanes.values()) lane.abandon();
  }

  async run(): Promise<RunSummary> {
    this.startedAtMs = Date.now();
    const ticker = setInterval(() => {
      this.log.progress(this.progress());
    }, progressMs);
    this.offline.watch();
    try {
      await this.trade();
    } catch (error) {
      this.failed = errorOf(error);
    } finally {
      clearInterval(ticker);
      this.burst?.end();
      this.offline.end();
    }
    const summary = this.summary();
    this.phase = 'done';
    this.log.progress(this.progress());
    await this.log.finish(summary);
    this.api.close();
    return summary;
  }

  progress(): RunProgress {
    const { phase, sent, acknowledged, days } = this;
    return { phase, sent, acknowledged, unconfirmed: this.spool.openNames, days };
  }

  private async trade(): Promise<void> {
    this.tokens = await setUpChain(this.chain, this.api);
    this.options.report(`set up ${String(this.chain.stores.length)} stores`);
    this.phase = 'trade';
    let traded = false;
    const feeds = Promise.all([
      ...this.chain.stores.map(async (store) => this.feed(store)),
      inParallel(this.chain.stores, async (store) => this.deliver(store)),
    ]).then(async () => {
      await this.untilIdle();
      traded = true;
    });
    const errands = this.untilSettled(() => traded);
    await this.orFailure(Promise.all([feeds, errands]));
    for (const lane of this.lanes.values()) lane.end();
    await Promise.all(this.laneRuns);
  }

  /** Hands a store's days to its lanes, not further ahead than the lanes can follow. */
  private async feed(store: SimulatedStore): Promise<void> {
    for (const day of new StoreTransmissions(this.chain, store).days()) {
      if (this.stopRequested || this.failed !== undefined) return;
      for (const transmission of day) this.load(transmission);
      this.days += 1;
      while (this.isBehind(store) && this.failed === undefined) await sleep(20);
    }
  }

  private load(transmission: Transmission): void {
    const { facts, requires, fate } = transmission;
    this.heartbeats.numbered(transmission);
    if (fate === 'lost')
      for (const identity of facts.identities) this.gaps.push({ ...placeOf(facts), identity });
    if (fate === 'lost' || fate === 'unsent') return;
    this.byKey.set(facts.key, transmission);
    this.sent += 1;
    if (fate === 'onRequest') {
      this.forgottenCount += 1;
      this.forgotten.keep(transmission);
      return;
    }
    if (facts.heldFirst) this.registrations.expectBefore(seriesKeyOf(facts.identities[0] ?? ''));
    if (!this.room.detain(transmission)) {
      this.laneOf(transmission).push(transmission);
      return;
    }
    for (const requirement of requires) {
      if (!requirement.startsWith('confirmed ')) continue;
      this.spool.whenConfirmed(requirement.slice('confirmed '.length), () => {
        this.room.fulfil(requirement);
      });
    }
  }

  private laneOf({ facts, credential }: Transmission): Lane {
    const name = `${facts.storeId}|${credential}`;
    const known = this.lanes.get(name);
    if (known !== undefined) return known;
    const token = this.tokens.get(credential);
    if (token === undefined) throw new Error(`no token for ${credential}`);
    const lane = new Lane({
      api: this.api,
      token,
      random: new SeededRandom(this.options.simulation.seed, 'lane', name),
      limiter: this.limiter,
      batchLinesMax: this.batchLinesMax,
      deadlineMs: this.options.deadlineMs,
      offline: this.offline,
      acknowledged: async (records) => this.onAcknowledged(records, token),
    });
    this.lanes.set(name, lane);
    this.laneRuns.push(
      lane.run().catch((error: unknown) => {
        this.failed ??= errorOf(error);
      }),
    );
    return lane;
  }

  private async onAcknowledged(records: readonly SentRecord[], token: string): Promise<void> {
    for (const { facts, outcome } of records) {
      this.acknowledged += 1;
      this.burst?.acknowledged(this.acknowledged);
      const transmission = this.byKey.get(facts.key);
      this.byKey.delete(facts.key);
      this.heartbeats.acknowledged(facts);
      for (const person of this.people) person.acknowledged(facts);
      this.truth.add(facts);
      if (transmission !== undefined) this.lessons.count(transmission);
      if (facts.kind === 'fnEnded') await this.endDrive(facts);
      if (outcome !== 'rejected') {
        const until = facts.kind === 'brokenBody' ? 'held' : 'confirmed';
        const isNew = facts.expected === 'accepted' || facts.expected === 'bound' || until === 'held';
        if (isNew) for (const identity of facts.identities) this.spool.add(identity, token, until);
      }
      if (facts.heldFirst) this.registrations.acknowledgedBefore(seriesKeyOf(facts.identities[0] ?? ''));
    }
    await this.log.write(records);
  }

  /** The ФН that failed is closed by an act: it was the first one of its register. */
  private async endDrive({ registerId }: Transmission['facts']): Promise<void> {
    const registers = this.chain.stores.flatMap((store) => store.registers);
    const series = registers.find((register) => register.registerId === registerId)?.drives[0];
    if (series === undefined) return;
    const lastNumber = this.heartbeats.lastNumber(registerId, `fn|${series}`);
    const act = `Акт о замене ФН № ${series.slice(-4)}`;
    await this.api.endDrive(series, { how: 'failed', act, ...(lastNumber === null ? {} : { lastNumber }) });
  }

  private async deliver(store: SimulatedStore): Promise<void> {
    for (const delivery of deliveriesOf(this.chain, store)) {
      await this.api.deliver(delivery.body);
      for (const fact of delivery.facts) {
        this.truth.addDelivery(fact);
        this.deliveries.push(fact);
      }
    }
  }

  /** Waits until nothing is queued, under way or held back. */
  private async untilIdle(): Promise<void> {
    while (this.failed === undefined && (this.room.size > 0 || this.backlog > 0)) {
      if (this.stopRequested && this.backlog === 0) return;
      await sleep(50);
    }
  }

  /** Asks what is confirmed, registers and teaches what is due, until everything sent has settled. */
  private async untilSettled(hasTraded: () => boolean): Promise<void> {
    let lastChangeMs = Date.now();
    for (let before = -1; this.failed === undefined;) {
      await this.spool.poll();
      const final = hasTraded();
      await this.registrations.proceed(final);
      if (final) {
        this.phase = 'settle';
        this.lessons.allDue();
      }
      await this.lessons.teach(this.api);
      await this.tellHeartbeats(final && Date.now() - lastChangeMs > recallTimeoutMs);
      if (final) for (const person of this.people) await person.decide();
      const open = this.openErrands;
      if (final && (open === 0 || this.stopRequested)) return;
      if (open !== before || !final) lastChangeMs = Date.now();
      before = open;
      if (Date.now() - lastChangeMs > settleTimeoutMs) {
        throw new Error(`${String(open)} documents are acknowledged and not settled`);
      }
      await sleep(this.backlog > 0 ? pollMs.trading : pollMs.settling);
    }
  }

  /** Whoever decides what the platform leaves open. */
  private get people() {
    return [this.accountant, this.clerk, this.judge] as const;
  }

  private get openErrands(): number {
    const { spool, registrations, forgotten } = this;
    const undecided = this.people.reduce((sum, { unfinished }) => sum + unfinished, 0);
    return spool.openNames + registrations.unfinished + forgotten.size + undecided;
  }

  /** Registers tell how far they are, and send again what they are asked for. */
  private async tellHeartbeats(nobodyAsks: boolean): Promise<void> {
    const asked = await this.heartbeats.beat(this.tokens);
    const recalled = [...this.forgotten.recall(asked), ...(nobodyAsks ? this.forgotten.takeAll() : [])];
    for (const transmission of recalled) this.laneOf(transmission).push(transmission);
  }

  private async orFailure(work: Promise<unknown>): Promise<void> {
    let done = false;
    const watched = work.finally(() => {
      done = true;
    });
    watched.catch(() => undefined);
    while (!done && this.failed === undefined) await sleep(50);
    if (this.failed !== undefined) throw this.failed;
    await watched;
  }

  private get backlog(): number {
    let backlog = 0;
    for (const lane of this.lanes.values()) backlog += lane.backlog + lane.keptBack;
    return backlog;
  }

  /** Its lanes have as much as they can follow; a register off the net does not stop the others of its store. */
  private isBehind({ storeId }: SimulatedStore): boolean {
    let [backlog, keptBack] = [0, 0];
    for (const [name, lane] of this.lanes) {
      if (!name.startsWith(`${storeId}|`)) continue;
      backlog += lane.backlog;
      keptBack += lane.keptBack;
    }
    return backlog > backlogMax || keptBack > keptBackMax;
  }

  private summary(): RunSummary {
    const { totals } = this.truth;
    const sums = { resent: 0, refusedBusy: 0, refusedOverloaded: 0 };
    for (const { resent, refused } of this.lanes.values()) {
      sums.resent += resent;
      sums.refusedBusy += refused.busy;
      sums.refusedOverloaded += refused.overloaded;
    }
    const unacknowledged = [...this.byKey.values()];
    const unacknowledgedNew = unacknowledged.filter(({ facts }) => facts.expected !== 'repeat').length;
    return {
      options: this.options.simulation,
      complete: this.failed === undefined && unacknowledged.length === 0,
      failure: this.failed === undefined ? null : `${this.failed.name}: ${this.failed.message}`,
      documentsSent: totals.documents + unacknowledgedNew,
      documentsAcknowledged: totals.documents,
      repeatsSent: totals.repeats + sums.resent,
      ...sums,
      expected: totals,
      deliveries: this.deliveries,
      gaps: this.gaps,
      forgotten: this.forgottenCount,
      recalled: this.forgotten.recalled,
      startedAtMs: this.startedAtMs,
      finishedAtMs: Date.now(),
      callsRepeated: this.api.retries,
    };
  }
}

function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function placeOf({ storeId, registerId }: Transmission['facts']): Omit<GapFact, 'identity'> {
  return { storeId, registerId };
}
