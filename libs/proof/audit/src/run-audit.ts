import { setTimeout as sleep } from 'node:timers/promises';
import type { HoleView } from '@potok/ingestion-contracts/completeness-http';
import type { LogAdmin } from '@potok/platform-kafka/log';
import type { AppliedWatch } from './applied-watch';
import { BiBook, receiptLinesTopicName } from './bi-book';
import { compareArchive, sampleArchive } from './compare-archive';
import { compareBalances, expectedBalances } from './compare-balances';
import { compareCloseReports, compareGaps, expectedGaps, type Gap } from './compare-completeness';
import { compareDocuments, findInvented, type Books, type DocumentFindings } from './compare-documents';
import { compareReports } from './compare-reports';
import { CompletenessBook, completenessTopicName } from './completeness-book';
import { DocumentsBook, documentsTopicName } from './documents-book';
import { expectationsOf, type Expectations } from './expectations';
import { Faults } from './faults';
import { freshnessOf } from './freshness';
import { MovementsBook, movementsTopicName } from './movements-book';
import { serviceNames, type PlatformView, type QuarantineRow, type ServiceStatus } from './platform-view';
import { ReceiptsBook, receiptsTopicName } from './receipts-book';
import type { AuditReport } from './report';
import type { SentLog } from './sent-log';
import { BalancesBook, balancesTopicName, ProductsBook, productsTopicName } from './state-books';
import { TopicFollower } from './topic-follower';

export interface AuditOptions {
  readonly sent: SentLog;
  readonly view: PlatformView;
  readonly admin: LogAdmin;
  /** What was seen of the reports while the chain traded. */
  readonly reports: AppliedWatch;
  /** How long nothing may move before what is missing counts as missing. */
  readonly quietMs: number;
  readonly report: (line: string) => void;
}

export interface AuditOutcome {
  readonly report: AuditReport;
  /** For people: what is wrong, with examples. */
  readonly faults: readonly string[];
}

const pollMs = 300;
const reportEveryMs = 5_000;

/** Reasons for which a document is held; all others are reasons to refuse a line. */
export const holdReasons = new Set([
  'bodyUnusable',
  'operationUnknown',
  'totalMissing',
  'amountOutOfRange',
  'quantityOutOfRange',
  'lineNumbersRepeat',
  'seriesUnassigned',
  'conflict',
  'joinsTwoDocuments',
]);

interface Quarantines {
  readonly ingestion: readonly QuarantineRow[];
  readonly consumers: readonly QuarantineRow[];
}

/**
 * Compares the platform with what the simulator knows, by the platform's topics and interfaces alone. Waits until
 * the platform is at rest; what is still missing when nothing has moved for `quietMs` is missing.
 */
export class Audit {
  /** Of the streams: collected while topics are read, once for each record. */
  private readonly streamFaults = new Faults();
  private readonly books: Books;
  private readonly balances = new BalancesBook();
  private readonly followers: readonly TopicFollower[];
  private readonly expectations: Expectations;
  private readonly expected: ReadonlyMap<string, number>;
  private readonly rows = new BiBook();
  private readonly completeness = new CompletenessBook(this.streamFaults);
  private readonly gaps: readonly Gap[];

  constructor(private readonly options: AuditOptions) {
    const { admin, sent } = options;
    const documents = new DocumentsBook(this.streamFaults);
    this.books = {
      documents,
      receipts: new ReceiptsBook(documents, this.streamFaults),
      movements: new MovementsBook(this.streamFaults),
      products: new ProductsBook(this.streamFaults),
    };
    const { receipts, movements, products } = this.books;
    const { balances, rows } = this;
    this.followers = [
      new TopicFollower(admin, documentsTopicName, (record) => {
        documents.take(record);
      }),
      new TopicFollower(admin, completenessTopicName, (record) => {
        this.completeness.take(record);
      }),
      new TopicFollower(admin, productsTopicName, (record) => {
        products.take(record);
      }),
      new TopicFollower(admin, receiptsTopicName, (record) => {
        receipts.take(record);
      }),
      new TopicFollower(admin, movementsTopicName, (record) => {
        movements.take(record);
      }),
      new TopicFollower(admin, balancesTopicName, (record) => {
        balances.take(record);
      }),
      new TopicFollower(admin, receiptLinesTopicName, (record) => {
        rows.take(record);
      }),
    ];
    this.expectations = expectationsOf(sent.records);
    this.gaps = expectedGaps(sent.summary.gaps);
    this.expected = expectedBalances(this.expectations, sent.summary.deliveries);
  }

  async run(): Promise<AuditOutcome> {
    const atRest = await this.untilAtRest();
    const atRestMs = Date.now();
    const faults = new Faults();
    const findings = this.compareTopics(faults);
    const { view } = this.options;
    await compareArchive(this.expectations, view, faults);
    await sampleArchive(findings.documentIds, view, faults);
    await this.compareApiBalances(faults);
    const reportMismatchesKopecks = await compareReports(this.expectations, {
      faults,
      read: (name, query) => view.report(name, query),
      keyOf: (productId) => this.books.products.keyOf(productId),
    });
    const quarantines = await this.readQuarantines();
    const holes = await view.openHoles();
    compareGaps(this.gaps, holes, faults);
    const queued = await view.linesInQueue();
    if (queued !== findings.linesUndecided)
      faults.note('meaning', 'queue', `${String(queued)} lines wait in the queue of what a person decides`);
    if (!atRest) faults.note('restless', 'platform', 'was not at rest when it was compared');
    const report = this.reportOf({
      faults,
      reportMismatchesKopecks,
      findings,
      quarantines,
      holes,
      atRest,
      atRestMs,
    });
    return {
      report,
      faults: [...faults.describe(), ...this.streamFaults.describe(), ...describeQuarantines(quarantines)],
    };
  }

  private compareTopics(faults: Faults): DocumentFindings {
    const { books, expectations, expected } = this;
    const findings = compareDocuments(expectations, books, faults);
    if (this.options.sent.summary.complete) findInvented(expectations, books, faults);
    const keyOf = (productId: string): string => books.products.keyOf(productId);
    const folded = { name: 'the sum of the movements', balances: books.movements.balances };
    compareCloseReports(expectations, this.completeness, faults);
    compareBalances(expected, folded, { faults, keyOf });
    compareBalances(expected, { name: 'the topic', balances: this.balances.balances }, { faults, keyOf });
    return findings;
  }

  private async compareApiBalances(faults: Faults): Promise<void> {
    const { view, sent } = this.options;
    const balances = new Map<string, number>();
    const stores = new Set([
      ...sent.summary.deliveries.map(({ storeId }) => storeId),
      ...sent.records.map(({ facts }) => facts.storeId),
    ]);
    for (const storeId of stores) {
      for (const [key, quantity] of await view.balances(storeId)) balances.set(`${storeId}|${key}`, quantity);
    }
    const keyOf = (productId: string): string => this.books.products.keyOf(productId);
    compareBalances(this.expected, { name: 'the API', balances }, { faults, keyOf });
  }

  /** True once every service says that it has nothing left to do; false when something stays although nothing moves. */
  private async untilAtRest(): Promise<boolean> {
    const { quietMs, report } = this.options;
    let lastMoveMs = Date.now();
    let lastReportMs = Date.now();
    let restfulRounds = 0;
    for (;;) {
      // The broker may be away for a moment: what was read twice is known by its number.
      const moved = await this.catchUp().catch(() => 1);
      const left = await this.workLeft();
      if (moved > 0 || left.length > 0) restfulRounds = 0;
      else restfulRounds += 1;
      if (moved > 0) lastMoveMs = Date.now();
      const quietForMs = Date.now() - lastMoveMs;
      if (restfulRounds >= 2 && ((await this.isComplete()) || quietForMs >= quietMs)) return true;
      // Work that is left while nothing moves: somebody is being restarted, or halted for good.
      if (quietForMs >= 4 * quietMs) return false;
      if (Date.now() - lastReportMs >= reportEveryMs) {
        lastReportMs = Date.now();
        report(left.length > 0 ? `waiting: ${left.join(', ')}` : 'waiting for what is missing');
      }
      await sleep(pollMs);
    }
  }

  private async catchUp(): Promise<number> {
    let records = 0;
    for (const follower of this.followers) records += await follower.catchUp();
    return records;
  }

  private async workLeft(): Promise<string[]> {
    const left: string[] = [];
    for (const service of serviceNames) {
      const status = await this.options.view.status(service).catch(() => null);
      left.push(...(status === null ? [`${service} does not answer`] : leftOf(status)));
    }
    return left;
  }

  private async isComplete(): Promise<boolean> {
    const faults = new Faults();
    const { linesUnmatched } = this.compareTopics(faults);
    const { expected } = this.options.sent.summary;
    if (faults.describe().length > 0 || linesUnmatched !== expected.linesUnmatched) return false;
    compareGaps(this.gaps, await this.options.view.openHoles(), faults);
    return faults.describe().length === 0;
  }

  private async readQuarantines(): Promise<Quarantines> {
    const { view } = this.options;
    const ingestion = await view.quarantine('ingestion');
    const consumers = [
      ...(await view.quarantine('nomenclature')),
      ...(await view.quarantine('stock')),
      ...(await view.quarantine('reporting')),
    ];
    return { ingestion, consumers };
  }

  private reportOf(found: Found): AuditReport {
    const { faults, findings, quarantines, holes, atRest } = found;
    const { summary } = this.options.sent;
    const { expected } = summary;
    const held = quarantines.ingestion.filter(
      ({ state, reason }) => state === 'open' && holdReasons.has(reason),
    );
    return {
      documentsSent: summary.documentsSent,
      documentsAcked: summary.documentsAcknowledged,
      repeatsSent: summary.repeatsSent,
      requestsRefusedBusy: summary.refusedBusy,
      requestsRefusedOverloaded: summary.refusedOverloaded,
      lost: faults.count('lost'),
      doubled: faults.count('doubled'),
      quarantined: quarantines.ingestion.length,
      expectedQuarantined: expected.quarantined,
      held: held.length,
      expectedHeld: expected.held,
      conflicts: quarantines.ingestion.filter(({ reason }) => reason === 'conflict').length,
      expectedConflicts: expected.conflicts,
      gapsOpen: holes.length,
      expectedGapsOpen: this.gaps.length,
      gapMismatches: faults.count('gap'),
      documentsForgotten: summary.forgotten,
      documentsRecalled: summary.recalled,
      closeReportMismatches: faults.count('closeReport'),
      linesTotal: expected.lines,
      linesUnmatched: findings.linesUnmatched,
      expectedLinesUnmatched: expected.linesUnmatched,
      linesUndecided: findings.linesUndecided,
      expectedLinesUndecided: expected.linesUndecided,
      meaningMismatches: faults.count('meaning'),
      movementMismatches: faults.count('movement'),
      balanceMismatches: faults.count('balance'),
      reportMismatchesKopecks: found.reportMismatchesKopecks,
      reportCountMismatches: faults.count('reportCount'),
      ...freshnessOf(findings.prompt, { ...this.books, rows: this.rows, reports: this.options.reports }),
      durationS: Math.round((found.atRestMs - summary.startedAtMs) / 100) / 10,
      carried: expected.carried,
      personalDataLeaks: this.streamFaults.count('personalData'),
      streamFaults: this.streamFaults.count('stream'),
      consumerQuarantined: quarantines.consumers.filter(({ state }) => state === 'open').length,
      settled: atRest && summary.complete,
    };
  }
}

interface Found {
  readonly reportMismatchesKopecks: number;
  readonly faults: Faults;
  readonly findings: DocumentFindings;
  readonly quarantines: Quarantines;
  readonly holes: readonly HoleView[];
  readonly atRest: boolean;
  readonly atRestMs: number;
}

function leftOf(status: ServiceStatus): string[] {
  const lags = status.consumers
    .filter(({ lag }) => lag > 0)
    .map(({ consumer, lag }) => `${consumer} ${String(lag)}`);
  const halts = status.consumers
    .filter(({ haltedStreams }) => haltedStreams.length > 0)
    .map(({ consumer, haltedStreams }) => `${consumer} halted ${String(haltedStreams.length)} streams`);
  const unsent = status.publication.filter(({ events }) => events > 0);
  return [
    ...lags,
    ...halts,
    ...unsent.map(({ topic, events }) => `${topic} ${String(events)} to publish`),
    ...(status.dirtyRows > 0 ? [`${String(status.dirtyRows)} rows to publish`] : []),
    ...((status.unfoldedMovements ?? 0) > 0 ? [`${String(status.unfoldedMovements)} movements to fold`] : []),
    ...((status.unpublishedFolds ?? 0) > 0 ? [`${String(status.unpublishedFolds)} folds to publish`] : []),
  ];
}

/** Rows of quarantine by reason: for people. */
function describeQuarantines({ ingestion, consumers }: Quarantines): string[] {
  const counts = new Map<string, number>();
  for (const { source, reason, state } of [...ingestion, ...consumers]) {
    const name = `${source}: ${reason}, ${state}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return ['rows of quarantine:', ...[...counts].map(([name, count]) => `  ${name}: ${String(count)}`)];
}
