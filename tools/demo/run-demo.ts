import { cpSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startInfra, type Infra } from '@potok/platform-dev-infra/infra';
import type { Shutdown } from '@potok/platform-dev-infra/shutdown';
import { Supervisor } from '@potok/platform-dev-infra/supervisor';
import { describeDifference } from '@potok/proof-audit/conservation/difference';
import { proveChain } from '@potok/proof-audit/conservation/prove-chain';
import { StageReader } from '@potok/proof-audit/conservation/stage-reader';
import { AppliedWatch } from '@potok/proof-audit/applied-watch';
import { PlatformView } from '@potok/proof-audit/platform-view';
import { reportHolds, type AuditReport } from '@potok/proof-audit/report';
import { Audit } from '@potok/proof-audit/run-audit';
import { readSentLog } from '@potok/proof-audit/sent-log';
import type { DemoArguments } from './arguments';
import { adminOf, borrowBroker } from './borrowed-broker';
import { demoFiles, DemoFolder } from './demo-files';
import { LiveDemo } from './live-demo';
import { withOwnDatabase } from './own-database';
import { ProcessList } from './process-list';
import { ProgressLine } from './progress-line';
import { planServices, type ServicePlan } from './service-processes';
import { readProgress, simulatorName, simulatorSpec } from './simulator-process';

export interface DemoOptions {
  readonly demo: DemoArguments;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly checkoutFolder: string;
  readonly shutdown: Shutdown;
}

export interface DemoResult {
  readonly report: DemoReport | null;
  readonly exitCode: number;
}

/** The audit's report, and what the proof of conservation found besides. */
export type DemoReport = AuditReport & {
  /** Differences between any two stages, each named to the line on standard error. */
  readonly proofDifferences: number;
};

const differencesShownMax = 20;
const auditQuietMs = 30_000;
/** For as long as a demo trades. */
const appliedDeadlineMs = 24 * 3_600_000;
const auditDeadlineMs = 600_000;

/** A running demo: everything is started by `start`, and stopped by the shutdown. */
export class Demo {
  private readonly line = new ProgressLine(process.stderr);
  private readonly supervisor = new Supervisor((line) => {
    this.line.say(line);
  });

  private readonly folder: DemoFolder;
  private readonly reports = new AppliedWatch();

  constructor(private readonly options: DemoOptions) {
    this.folder = new DemoFolder(options.checkoutFolder);
  }

  async run(): Promise<DemoResult> {
    const { demo, environment, checkoutFolder } = this.options;
    const infra = await this.startInfra();
    const { services, replicas, port } = demo;
    // However fast the machine is, some of a burst is to be refused: a sender may have few requests in hand.
    const variables = demo.burst === null ? {} : { EDGE_SENDER_REQUESTS_MAX: '2' };
    const planned = { infra, environment, checkoutFolder, services, replicas, port, variables };
    const plan = await planServices(planned);
    this.leaveFiles(plan, infra);
    this.watchProcesses(infra);
    await this.startServices(plan, infra);
    const outputFolder = path.join(infra.logFolder, 'simulation');
    mkdirSync(outputFolder, { recursive: true });
    await this.supervisor.start(
      simulatorSpec({ plan, demo, environment, checkoutFolder, logFolder: infra.logFolder, outputFolder }),
    );
    // Before the services: a sender whose platform is gone repeats its requests until it is killed.
    this.options.shutdown.add('simulation', async () => {
      this.line.say('stopping the chain, then the services');
      await this.supervisor.stop(simulatorName);
    });
    if (demo.headless) await this.watchSimulator(outputFolder, plan);
    else await this.showLive(outputFolder, plan, infra);
    if (this.options.shutdown.requested) return { report: null, exitCode: 1 };
    const report = await this.audit(plan, infra, outputFolder);
    const exitCode = reportHolds(report) && report.proofDifferences === 0 ? 0 : 1;
    if (exitCode !== 0) this.keepLogs(infra);
    return { report, exitCode };
  }

  say(line: string): void {
    this.line.say(line);
  }

  private async startInfra(): Promise<Infra> {
    const { environment, checkoutFolder, shutdown } = this.options;
    const report = (line: string): void => {
      this.line.say(line);
    };
    const started = await startInfra({ checkoutFolder, environment, report });
    shutdown.add('broker and database', async () => started.stop());
    if (environment['KAFKA_BROKERS'] !== undefined) {
      await borrowBroker({ brokers: started.kafkaBrokers, checkoutFolder, shutdown });
    }
    const infra =
      environment['DATABASE_URL'] === undefined ? started : await withOwnDatabase(started, shutdown);
    shutdown.add('services', async () => this.supervisor.stopAll());
    return infra;
  }

  private watchProcesses(infra: Infra): void {
    const { checkoutFolder, shutdown } = this.options;
    const file = path.join(checkoutFolder, '.potok', `processes-${String(process.pid)}.json`);
    const pids = (): ReadonlyMap<string, number> => new Map([...infra.pids(), ...this.supervisor.pids()]);
    const list = new ProcessList(file, pids, (line) => {
      this.line.say(line);
    });
    shutdown.add('list of processes', async () => {
      list.stop();
      return Promise.resolve();
    });
  }

  private async startServices(plan: ServicePlan, infra: Infra): Promise<void> {
    try {
      await Promise.all(plan.specs.map(async (spec) => this.supervisor.start(spec)));
    } catch (error) {
      this.keepLogs(infra);
      throw error;
    }
  }

  private sayAddresses({ addresses }: ServicePlan): void {
    const urls = new Set(Object.values(addresses).flat());
    this.line.say(`API (see /openapi.json): ${[...urls].join(' ')}`);
    if (this.options.demo.keep) this.line.say(`the administrator's token is in ${demoFiles.token}`);
  }

  /** For other terminals; without them where nobody looks. */
  private leaveFiles({ adminToken }: ServicePlan, { databaseUrl }: Infra): void {
    const { headless, keep } = this.options.demo;
    if (headless && !keep) return;
    this.folder.clear();
    this.folder.write('token', `${adminToken}\n`);
    this.folder.write('database', `${databaseUrl}\n`);
    this.options.shutdown.add('files of the demo', async () => {
      this.folder.clear();
      return Promise.resolve();
    });
  }

  private async showLive(outputFolder: string, plan: ServicePlan, infra: Infra): Promise<void> {
    const admin = adminOf(infra.kafkaBrokers);
    const { line, folder } = this;
    const live = new LiveDemo({ plan, stores: this.options.demo.stores, folder, admin, line, outputFolder });
    live.sayWhatToTry();
    try {
      await live.show(this.whetherSimulatorEnded().isOver);
    } finally {
      await admin.close();
    }
  }

  private whetherSimulatorEnded(): { readonly ended: Promise<unknown>; readonly isOver: () => boolean } {
    const ended = this.supervisor.ended(simulatorName);
    let over = false;
    void ended.finally(() => {
      over = true;
    });
    return { ended, isOver: () => over || this.options.shutdown.requested };
  }

  private async watchSimulator(outputFolder: string, plan: ServicePlan): Promise<void> {
    this.sayAddresses(plan);
    const { ended, isOver } = this.whetherSimulatorEnded();
    const view = new PlatformView(plan.addresses, plan.adminToken, Date.now() + appliedDeadlineMs);
    void this.reports.follow(stageReaderOf(view), isOver);
    while (!isOver()) {
      const progress = readProgress(outputFolder);
      if (progress !== null) {
        const { phase, sent, acknowledged, unconfirmed } = progress;
        const share = sent > 0 ? acknowledged / sent : null;
        this.line.show(
          `${phase}: ${String(acknowledged)} of ${String(sent)} acknowledged, ${String(unconfirmed)} to be confirmed`,
          share,
        );
      }
      await Promise.race([ended, sleep(500)]);
    }
    view.close();
  }

  private async audit(plan: ServicePlan, infra: Infra, outputFolder: string): Promise<DemoReport> {
    const sent = await readSentLog(outputFolder);
    if (sent.summary.failure !== null) this.line.say(`the simulator: ${sent.summary.failure}`);
    const view = new PlatformView(plan.addresses, plan.adminToken, Date.now() + auditDeadlineMs);
    const admin = adminOf(infra.kafkaBrokers);
    try {
      const audit = new Audit({
        sent,
        view,
        admin,
        reports: this.reports,
        quietMs: auditQuietMs,
        report: (line) => {
          this.line.say(line);
        },
      });
      const { report, faults } = await audit.run();
      for (const fault of faults) this.line.say(fault);
      return { ...report, proofDifferences: await this.prove(view) };
    } finally {
      view.close();
      await admin.close();
    }
  }

  /** Every stage against the next, as an operator would: `npm run potok -- proof run`. */
  private async prove(view: PlatformView): Promise<number> {
    const progress = (done: number, of: number): void => {
      this.line.show(`proof: ${String(done)} of ${String(of)} stores`, done / of);
    };
    const { differences, unproved } = await proveChain({
      reader: stageReaderOf(view),
      storeIds: null,
      progress,
    });
    for (const one of differences.slice(0, differencesShownMax)) this.line.say(describeDifference(one));
    for (const reason of unproved) this.line.say(`not proved: ${reason}`);
    return differences.length + unproved.length;
  }

  /** The logs of a run that failed stay until the next one that fails. */
  private keepLogs(infra: Infra): void {
    const folder = path.join(this.options.checkoutFolder, '.potok', 'failed-demo');
    rmSync(folder, { recursive: true, force: true });
    cpSync(infra.logFolder, folder, {
      recursive: true,
      filter: (source) =>
        source === infra.logFolder || source.endsWith('.log') || source.includes(`${path.sep}simulation`),
    });
    this.line.say(`the logs are in ${folder}`);
  }
}

function stageReaderOf(view: PlatformView): StageReader {
  return new StageReader((service, path) => view.text(service, path));
}
