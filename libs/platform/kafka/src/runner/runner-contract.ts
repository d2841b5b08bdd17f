import type { PgQuarantineStore } from '@potok/platform-quarantine/pg-quarantine-store';
import type { Transactor } from '@potok/platform-postgres/tx';
import type { LogAdmin, LogConsumer } from '../log';
import type { EventBatch, PlainRecord, RecordBatch, StreamEvent } from '../stream-event';
import type { Backoff } from './backoff';
import type { HaltReason } from './stream-state';

/**
 * The body of the runner's transaction. It is called once for slices of several partitions, mixed types in stream
 * order, and repeated as a whole when a connection is lost: everything it does goes through `tx`.
 */
export type RunnerHandler =
  | {
      readonly mode: 'stream';
      apply(batch: EventBatch): Promise<void>;
      /** The document that an event is about: later events about a quarantined one join it. Null joins nothing. */
      subjectOf?(event: StreamEvent): string | null;
    }
  | {
      readonly mode: 'plain';
      apply(batch: RecordBatch): Promise<void>;
      subjectOf?(record: PlainRecord): string | null;
    };

export interface RunnerDeps {
  readonly database: Transactor;
  readonly admin: LogAdmin;
  /** Of the definition's group; used by this runner alone. It restarts itself; once it is dead the runner fails. */
  readonly consumer: LogConsumer;
  readonly quarantine: PgQuarantineStore;
  readonly onAlarm: (alarm: RunnerAlarm) => void;
  /** The runner has stopped for good: the process has to exit (75) and be started again by whoever supervises it. */
  readonly onFatal: (failure: RunnerFailure) => void;
  /** After each commit, for metrics. */
  readonly onCommit?: (counts: CommitCounts) => void;
  readonly settings?: Partial<RunnerSettings>;
}

export interface RunnerSettings {
  readonly drainTimeoutMs: number;
  readonly backoff: Backoff;
  /** How often high watermarks are read, paused partitions are looked at again, and a dead consumer is noticed. */
  readonly checkIntervalMs: number;
}

export interface CommitCounts {
  readonly consumer: string;
  readonly records: number;
  readonly applied: number;
  readonly repeats: number;
  /** Records of halted streams. */
  readonly passedOver: number;
  readonly unknown: number;
  readonly quarantined: number;
  readonly durationMs: number;
}

/** Something an operator has to know; each names what it is about. */
export type RunnerAlarm =
  | ({ readonly kind: 'streamHalted' | 'streamContinued'; readonly consumer: string } & StreamAlarm)
  | ({ readonly kind: 'partitionPaused' | 'partitionContinued'; readonly consumer: string } & PartitionAlarm)
  | {
      readonly kind: 'recordQuarantined';
      readonly consumer: string;
      readonly topic: string;
      readonly partition: number;
      readonly offset: number;
      readonly reason: QuarantineReason;
    }
  | {
      /** Transient trouble that goes on: the same slices are tried again and again. */
      readonly kind: 'repeating';
      readonly consumer: string;
      readonly attempt: number;
      readonly error: unknown;
    };

export interface StreamAlarm {
  readonly topic: string;
  readonly partition: number;
  readonly streamKey: string;
  readonly epoch: number;
  /** The sequence that is (or was) waited for: re-publish from it. */
  readonly expectedSeq: number;
  readonly haltedAtOffset: number;
  readonly reason: HaltReason;
}

/** The position is outside of the log: records were deleted past it, or the log was cut. `seekTo` is the way out. */
export interface PartitionAlarm {
  readonly topic: string;
  readonly partition: number;
  readonly position: number;
  readonly earliest: number;
  readonly end: number;
}

/** `unreadable`: no stream headers or key. `notApplicable`: the handler failed on it. `joined`: its subject is open. */
export type QuarantineReason = 'unreadable' | 'notApplicable' | 'joined';

export type RunnerFailure =
  | { readonly kind: 'quarantineRateExceeded'; readonly consumer: string; readonly error: unknown }
  | { readonly kind: 'consumerDied'; readonly consumer: string; readonly error: unknown }
  | { readonly kind: 'topicReplaced'; readonly consumer: string; readonly error: unknown }
  | { readonly kind: 'crashed'; readonly consumer: string; readonly error: unknown };

export interface PartitionStatus {
  readonly partition: number;
  /** The next offset to be applied. */
  readonly position: number;
  readonly highWatermark: number;
  /** highWatermark − position. */
  readonly lag: number;
  readonly paused: 'outOfRange' | null;
  readonly haltedStreams: readonly StreamAlarm[];
}

/** Totals count since the runner was made. */
export interface RunnerStatus {
  readonly consumer: string;
  readonly topic: string;
  readonly alive: boolean;
  readonly partitions: readonly PartitionStatus[];
  readonly totals: Omit<CommitCounts, 'consumer' | 'durationMs'>;
  /** How many records of each type were passed over because the handler does not know it. */
  readonly unknownTypes: Readonly<Record<string, number>>;
}

export interface SeekRequest {
  readonly partition: number;
  /** `earliest` accepts the loss of what was deleted; `end` of all that is there. */
  readonly to: 'earliest' | 'end' | number;
}

/** `applied`: the entries are done. The others left them open. */
export type RedriveOutcome = 'applied' | 'failedAgain' | 'unreadable' | 'bytesGone';

export interface RedriveResult {
  readonly entryIds: readonly number[];
  readonly subjectKey: string | null;
  readonly outcome: RedriveOutcome;
  readonly detail: string | null;
}

export interface Runner {
  start(): Promise<void>;
  /** Finishes the transactions in hand (at most `drainTimeoutMs`), takes no new ones, leaves the group. */
  stop(): Promise<void>;
  /** False once the consumer has died or the runner has failed: liveness must fail. */
  alive(): boolean;
  status(): RunnerStatus;
  /** An operator's decision about a partition whose position is out of range; works from any replica. */
  seekTo(request: SeekRequest): Promise<number>;
  /**
   * Applies quarantined entries of this consumer again, together with all that joined them: one transaction for each
   * subject, in order, through the same handler. `by` = the principal's id. Unknown and closed ids are not answered.
   */
  redrive(entryIds: readonly number[], by: string): Promise<readonly RedriveResult[]>;
}
