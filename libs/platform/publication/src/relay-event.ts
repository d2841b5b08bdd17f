/** Why the publication of a partition stands still: the database went back behind what was published. */
export type HaltReason = 'topic-ahead-of-rows' | 'topic-differs-from-rows';

/** What a relay tells its service: for logs, metrics and alarms. */
export type RelayEvent =
  | { readonly kind: 'published'; readonly topic: string; readonly records: number; readonly bytes: number }
  | { readonly kind: 'failed'; readonly topic: string; readonly error: unknown }
  | {
      readonly kind: 'halted';
      readonly topic: string;
      readonly partition: number;
      readonly reason: HaltReason;
      readonly detail: string;
    }
  | { readonly kind: 'resumed'; readonly topic: string; readonly partition: number }
  /** A record that this owner cannot have written: passed over at the hand-over check. */
  | {
      readonly kind: 'foreign-record';
      readonly topic: string;
      readonly partition: number;
      readonly offset: number;
    }
  | {
      readonly kind: 'reconciled';
      readonly topic: string;
      readonly partition: number;
      /** Keys whose last record was not the row's version. */
      readonly repaired: number;
      /** Keys on the topic that have no row. */
      readonly unknownKeys: number;
    };

export interface PartitionStatus {
  readonly partition: number;
  readonly state: 'publishing' | 'checking' | 'halted';
  readonly detail: string | null;
}

export interface RelayStatus {
  readonly topic: string;
  /** False once the relay died or hangs: liveness must fail. */
  readonly alive: boolean;
  /** The message of the last failed attempt, null since the last success. */
  readonly lastError: string | null;
  /** Partitions whose lease this process holds. */
  readonly partitions: readonly PartitionStatus[];
}

/** A relay as `PublicationRuntime` drives it. */
export interface Relay {
  start(): void;
  /** Ends what is in hand, gives the leases back, resolves within the time. */
  stop(timeoutMs: number): Promise<void>;
  status(): RelayStatus;
}
