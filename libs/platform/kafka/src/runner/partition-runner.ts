import { present } from '@potok/kernel/assert';
import type { ConsumerDefinition } from '../consumer-definition';
import type { FetchedSlice, OutOfRange, TopicPartition } from '../log';
import type { AppliedRepository } from './applied.repository';
import { TopicReplaced, alarmOf, lookAgain, startPositions } from './assignment';
import type { AssignmentParts } from './assignment';
import { DEFAULT_BACKOFF } from './backoff';
import { BatchRunner } from './batch-runner';
import { BatchTransaction, QuarantineRateExceeded } from './batch-transaction';
import type { BatchOutcome } from './batch-transaction';
import { CommitTotals } from './commit-totals';
import type { Mode } from './mode';
import { PartitionTable } from './partition-table';
import { PositionRepository } from './position.repository';
import { QuarantineRate } from './quarantine-rate';
import { redriveEntries } from './redrive';
import type {
  RedriveResult,
  Runner,
  RunnerDeps,
  RunnerFailure,
  RunnerSettings,
  RunnerStatus,
  SeekRequest,
} from './runner-contract';
import { seekPosition } from './seek-position';
import { SliceQueue } from './slice-queue';

const DEFAULTS: RunnerSettings = { drainTimeoutMs: 20_000, backoff: DEFAULT_BACKOFF, checkIntervalMs: 5_000 };
/** A restart does not forgive what was quarantined shortly before it. */
const RATE_REMEMBERED_MS = 600_000;
/** After a failure the group is left, so that another replica gets the partitions at once. */
const LEAVE_TIMEOUT_MS = 2_000;
/** An alarm about repeats that go on, every so many attempts. */
const REPEATING_ALARM_ATTEMPTS = 5;

export interface PartitionRunnerParts<Item> {
  readonly definition: ConsumerDefinition;
  readonly deps: RunnerDeps;
  readonly applied: AppliedRepository;
  readonly mode: Mode<Item>;
}

/** Everything that exists between `start` and `stop`. */
interface Running {
  readonly assignment: AssignmentParts;
  readonly queue: SliceQueue;
  readonly timer: NodeJS.Timeout;
}

/** The runner's lifecycle: group membership outside, transactions inside. */
export class PartitionRunner<Item> implements Runner {
  private readonly settings: RunnerSettings;
  private readonly table: PartitionTable;
  private readonly totals: CommitTotals;
  private readonly rate = new QuarantineRate();
  private readonly stopping = new AbortController();
  private running: Running | null = null;
  private failed = false;
  private ending: Promise<void> | null = null;

  constructor(private readonly parts: PartitionRunnerParts<Item>) {
    const { definition, deps } = parts;
    this.settings = { ...DEFAULTS, ...deps.settings };
    this.table = new PartitionTable({ consumer: definition.name, topic: definition.topic.name });
    this.totals = new CommitTotals(definition.name);
  }

  async start(): Promise<void> {
    const { definition, deps } = this.parts;
    const { name: consumer, topic } = definition;
    const [clusterId, incarnation] = await Promise.all([
      deps.admin.clusterId(),
      deps.admin.incarnation(topic.name),
    ]);
    this.rate.seed(await deps.quarantine.recentFailures(deps.database, consumer, RATE_REMEMBERED_MS));
    const scope = { consumer, clusterId, topic: topic.name, incarnation };
    const running = this.assemble(scope);
    this.running = running;
    await deps.consumer.start([topic.name], {
      assigned: (partitions) => this.assigned(running.assignment, partitions),
      revoked: (partitions) => {
        this.revoked(running.queue, partitions);
      },
      slice: (slice) => this.slice(running.queue, slice),
      outOfRange: (found) => {
        this.outOfRange(running.assignment, found);
      },
    });
  }

  async stop(): Promise<void> {
    this.halt();
    this.ending ??= this.parts.deps.consumer.stop(this.settings.drainTimeoutMs);
    await this.ending;
  }

  alive(): boolean {
    return !this.failed && this.parts.deps.consumer.alive();
  }

  status(): RunnerStatus {
    const { name: consumer, topic } = this.parts.definition;
    const partitions = this.table.status();
    return { consumer, topic: topic.name, alive: this.alive(), partitions, ...this.totals.snapshot() };
  }

  async seekTo(request: SeekRequest): Promise<number> {
    const { assignment } = this.started();
    const position = await seekPosition(assignment, request);
    await this.look();
    return position;
  }

  redrive(entryIds: readonly number[], by: string): Promise<readonly RedriveResult[]> {
    const { definition, deps, mode } = this.parts;
    const { positions } = this.started().assignment;
    const { database, quarantine } = deps;
    return redriveEntries({ consumer: definition.name, database, positions, mode, quarantine }, entryIds, by);
  }

  private assemble(scope: AssignmentParts['scope']): Running {
    const { definition, deps, mode, applied } = this.parts;
    const { database, admin, quarantine, onAlarm } = deps;
    const { table, rate } = this;
    const positions = new PositionRepository(scope);
    const consumer = definition.name;
    const transaction = new BatchTransaction({ consumer, database, positions, mode, quarantine, rate });
    const batches = new BatchRunner({
      transaction,
      database,
      positions,
      backoff: this.settings.backoff,
      stopping: this.stopping.signal,
      onCommitted: (outcome, durationMs) => {
        this.committed(outcome, durationMs);
      },
      onRepeating: (attempt, error) => {
        if (attempt % REPEATING_ALARM_ATTEMPTS === 0)
          onAlarm({ kind: 'repeating', consumer, attempt, error });
      },
    });
    const queue = new SliceQueue({
      caps: definition.caps,
      parallelTransactions: definition.parallelTransactions,
      apply: (chunks) => batches.apply(chunks),
      onCrash: (error) => {
        this.crashed(error);
      },
    });
    const timer = setInterval(
      () => void this.look().catch(() => undefined),
      this.settings.checkIntervalMs,
    ).unref();
    return { assignment: { database, admin, scope, positions, applied, table, onAlarm }, queue, timer };
  }

  private async assigned(assignment: AssignmentParts, partitions: readonly TopicPartition[]) {
    try {
      return await startPositions(assignment, partitions);
    } catch (error) {
      if (!(error instanceof TopicReplaced)) throw error;
      this.crashed(error);
      return new Map<string, number>();
    }
  }

  private revoked(queue: SliceQueue, partitions: readonly TopicPartition[]): void {
    const lost = new Set(partitions.map(({ partition }) => partition));
    for (const partition of lost) this.table.revoke(partition);
    queue.release(lost);
  }

  private slice(queue: SliceQueue, fetched: FetchedSlice): Promise<number> {
    const { partition, highWatermark, records } = fetched;
    this.table.seeEnd(partition, highWatermark);
    const position = this.table.positionOf(partition);
    return queue.offer(fetched, position ?? records[0]?.offset ?? 0);
  }

  private outOfRange({ scope, table, onAlarm }: AssignmentParts, found: OutOfRange): void {
    table.pause(found.partition, found.position, found.bounds);
    onAlarm({ kind: 'partitionPaused', ...alarmOf(scope, found) });
  }

  private committed(outcome: BatchOutcome, durationMs: number): void {
    const { deps, definition } = this.parts;
    const alarms = this.table.settle(outcome);
    this.rate.count(outcome.records, outcome.failedPlaces);
    const counts = this.totals.add(outcome, durationMs);
    deps.onCommit?.(counts);
    for (const alarm of alarms) deps.onAlarm(alarm);
    for (const record of outcome.quarantined) {
      const { name: consumer, topic } = definition;
      deps.onAlarm({ kind: 'recordQuarantined', consumer, topic: topic.name, ...record });
    }
  }

  /** The periodic look at what no record tells: the log's bounds, paused partitions, a dead consumer. */
  private async look(): Promise<void> {
    if (this.stopping.signal.aborted) return;
    const { consumer } = this.parts.deps;
    if (!consumer.alive()) {
      this.crashed(new Error('the log consumer has died'));
      return;
    }
    await lookAgain(this.started().assignment, (partition, position) => {
      consumer.seek(partition, position);
    });
  }

  /** For good: nothing is applied any more, liveness fails, the process is to be started anew. */
  private crashed(error: unknown): void {
    if (this.failed) return;
    this.failed = true;
    this.halt();
    const consumer = this.parts.definition.name;
    this.parts.deps.onFatal({ kind: this.failureKind(error), consumer, error });
    this.ending ??= this.parts.deps.consumer.stop(LEAVE_TIMEOUT_MS).catch(() => undefined);
  }

  private failureKind(error: unknown): RunnerFailure['kind'] {
    if (error instanceof QuarantineRateExceeded) return 'quarantineRateExceeded';
    if (error instanceof TopicReplaced) return 'topicReplaced';
    return this.parts.deps.consumer.alive() ? 'crashed' : 'consumerDied';
  }

  private halt(): void {
    this.running?.queue.close();
    this.stopping.abort();
    if (this.running !== null) clearInterval(this.running.timer);
  }

  private started(): Running {
    return present(this.running, `the start of ${this.parts.definition.name}`);
  }
}
