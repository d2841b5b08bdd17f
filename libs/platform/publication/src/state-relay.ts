import { randomUUID } from 'node:crypto';
import type { LogAdmin, LogProducer, ProducerBatch } from '@potok/platform-kafka/log';
import type { Transactor } from '@potok/platform-postgres/tx';
import { BatchSender } from './batch-sender';
import { LeaseKeeper } from './lease-keeper';
import type { HeldLease } from './lease-keeper';
import type { Relay, RelayEvent, RelayStatus } from './relay-event';
import { RelayLoop, timingsOf } from './relay-loop';
import type { RelayTimings } from './relay-loop';
import type { RelaySignal } from './relay-signal';
import { StateReconciliation } from './state-reconciliation';
import type { StateRow, StateSource } from './stream';

export interface StateRelayOptions {
  readonly database: Transactor;
  readonly source: StateSource;
  readonly producer: LogProducer;
  readonly admin: LogAdmin;
  /** The one that the source's `markDirty` wakes. */
  readonly signal: RelaySignal;
  readonly observe: (event: RelayEvent) => void;
  readonly timings?: Partial<RelayTimings>;
}

const ROWS_PER_ROUND = 10_000;

/** The lease of a partition changed hands during the round: the rest is the next holder's. */
class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/**
 * Publishes the changed rows of one compacted topic, and once per lease every row whose last record is not the row's
 * version. Rows may be sent more often than they changed, never less.
 */
export class StateRelay implements Relay {
  private readonly keeper: LeaseKeeper;
  private readonly sender: BatchSender;
  private readonly reconciliation: StateReconciliation;
  private readonly loop: RelayLoop;
  private readonly timings: RelayTimings;
  /** The generation under which each partition was reconciled. */
  private readonly reconciled = new Map<number, number>();
  private lastError: string | null = null;

  constructor(private readonly options: StateRelayOptions) {
    const { database, source, producer, admin, signal, observe } = options;
    const { name: topic, partitions } = source.topic;
    this.timings = timingsOf(source, options.timings);
    const { leaseMs } = this.timings;
    this.keeper = new LeaseKeeper({ database, topic, partitions, holder: randomUUID(), leaseMs });
    this.sender = new BatchSender(producer);
    this.reconciliation = new StateReconciliation(database, source, admin);
    this.loop = new RelayLoop({
      keeper: this.keeper,
      signal,
      timings: this.timings,
      round: (leases) => this.round(leases),
      onError: (error) => {
        this.lastError = error instanceof Error ? error.message : String(error);
        observe({ kind: 'failed', topic, error });
      },
    });
  }

  start(): void {
    this.loop.start();
  }

  stop(timeoutMs: number): Promise<void> {
    return this.loop.stop(timeoutMs);
  }

  status(): RelayStatus {
    const partitions = this.keeper.usable(0).map((lease) => ({
      partition: lease.partition,
      state: this.isReconciled(lease) ? ('publishing' as const) : ('checking' as const),
      detail: null,
    }));
    return { topic: this.topic, alive: this.loop.alive(), lastError: this.lastError, partitions };
  }

  private get topic(): string {
    return this.options.source.topic.name;
  }

  /** Changed rows first: a long reconciliation must not delay them by more than one partition's. */
  private async round(leases: readonly HeldLease[]): Promise<boolean> {
    const more = await this.publishPending(leases);
    const due = leases.find((lease) => !this.isReconciled(lease));
    if (due !== undefined) await this.reconcile(due);
    this.lastError = null;
    return more || due !== undefined;
  }

  private async publishPending(leases: readonly HeldLease[]): Promise<boolean> {
    const { database, source } = this.options;
    const partitions = leases.map((lease) => lease.partition);
    const rows = await database.tx((tx) => source.pending(tx, partitions, ROWS_PER_ROUND), {
      readOnly: true,
    });
    if (rows.length === 0) return false;
    const { acknowledged, error } = await this.send(leases, rows);
    if (acknowledged.length > 0) await database.tx((tx) => source.confirm(tx, acknowledged));
    if (error !== null) throw error;
    return rows.length === ROWS_PER_ROUND;
  }

  private async reconcile(lease: HeldLease): Promise<void> {
    const { partition, generation } = lease;
    const outcome = await this.reconciliation.run(partition, async (rows) => {
      const { error } = await this.send([lease], rows);
      if (error !== null) throw error;
    });
    this.reconciled.set(partition, generation);
    this.options.observe({ kind: 'reconciled', topic: this.topic, partition, ...outcome });
  }

  private async send(
    leases: readonly HeldLease[],
    rows: readonly StateRow[],
  ): Promise<{ acknowledged: readonly StateRow[]; error: Error | null }> {
    const usable = this.stillHeld(leases);
    const batches = new Map<number, StateRow[]>();
    for (const row of rows) {
      if (!usable.has(row.partition))
        throw new LeaseLost(`partition ${String(row.partition)} of ${this.topic}`);
      const batch = batches.get(row.partition);
      if (batch === undefined) batches.set(row.partition, [row]);
      else batch.push(row);
    }
    const requests = [...batches].map(([partition, records]): ProducerBatch => ({
      topic: this.topic,
      partition,
      records,
    }));
    const { sent, error } = await this.sender.send(requests);
    const acknowledged = rows.filter((row) => sent.has(row.partition));
    const bytes = acknowledged.reduce((sum, row) => sum + (row.value?.length ?? 0), 0);
    this.options.observe({ kind: 'published', topic: this.topic, records: acknowledged.length, bytes });
    return { acknowledged, error };
  }

  private isReconciled(lease: HeldLease): boolean {
    return this.reconciled.get(lease.partition) === lease.generation;
  }

  private stillHeld(leases: readonly HeldLease[]): ReadonlySet<number> {
    const now = new Map(
      this.keeper.usable(this.timings.requestTimeoutMs).map((lease) => [lease.partition, lease]),
    );
    const held = leases.filter((lease) => now.get(lease.partition)?.generation === lease.generation);
    return new Set(held.map((lease) => lease.partition));
  }
}
