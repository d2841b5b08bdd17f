import { integerArray } from '@potok/platform-postgres/array-parameters';
import type { Transactor } from '@potok/platform-postgres/tx';

export interface LeaseOptions {
  readonly database: Transactor;
  readonly topic: string;
  readonly partitions: number;
  /** Unique among all processes, and new at every start. */
  readonly holder: string;
  readonly leaseMs: number;
}

/** The right to publish a partition. `generation` changes whenever the holder does. */
export interface HeldLease {
  readonly partition: number;
  readonly generation: number;
  readonly validUntilMs: number;
}

/** Monotonic: the wall clock may be set, a lease must not outlive itself by that. */
const monotonicMs = () => performance.now();

/**
 * Holds leases on a topic's partitions, in rows judged by the database's clock. Every living instance takes its fair
 * share, ceil(partitions / instances); what a dead one held is taken once it has expired.
 */
export class LeaseKeeper {
  private leases = new Map<number, HeldLease>();
  private readonly busy = new Set<number>();
  /** Over the fair share but in use: not used again, given away at a later tick. */
  private leaving: ReadonlySet<number> = new Set();
  private registered = false;

  constructor(private readonly options: LeaseOptions) {}

  /** Leases with more time left than this. */
  usable(leftAtLeastMs: number): readonly HeldLease[] {
    const untilMs = monotonicMs() + leftAtLeastMs;
    return [...this.leases.values()].filter(
      (lease) => lease.validUntilMs > untilMs && !this.leaving.has(lease.partition),
    );
  }

  /** While the body runs, these partitions are not given away to a new instance. */
  async withBusy<T>(partitions: readonly number[], body: () => Promise<T>): Promise<T> {
    for (const partition of partitions) this.busy.add(partition);
    try {
      return await body();
    } finally {
      for (const partition of partitions) this.busy.delete(partition);
    }
  }

  /** Renews, gives away what is over the fair share, takes what is free. Called several times per `leaseMs`. */
  async tick(): Promise<void> {
    if (!this.registered) await this.register();
    const { instances, held } = await this.renew();
    const share = Math.ceil(this.options.partitions / instances);
    const surplus = [...held.keys()].sort((left, right) => left - right).slice(share);
    const free = surplus.filter((partition) => !this.busy.has(partition));
    for (const partition of free) held.delete(partition);
    this.leaving = new Set(surplus);
    this.leases = held;
    if (free.length > 0) await this.release(free);
    if (held.size < share) await this.take(share - held.size);
  }

  /** At the end: the successor starts at once. Nothing may be in flight any more. */
  async releaseAll(): Promise<void> {
    this.leases = new Map();
    const { database, topic, holder } = this.options;
    await database.query(
      `WITH gone AS (DELETE FROM publication_instance WHERE topic = $1 AND holder = $2)
       UPDATE publication_lease SET holder = NULL, expires_at = '-infinity' WHERE topic = $1 AND holder = $2`,
      [topic, holder],
    );
  }

  private async register(): Promise<void> {
    await this.options.database.query(
      `INSERT INTO publication_lease (topic, partition)
       SELECT $1, partition FROM generate_series(0, $2::int - 1) AS partition ON CONFLICT DO NOTHING`,
      [this.options.topic, this.options.partitions],
    );
    this.registered = true;
  }

  private async renew(): Promise<{ instances: number; held: Map<number, HeldLease> }> {
    const { database, topic, holder, leaseMs } = this.options;
    const validUntilMs = monotonicMs() + leaseMs;
    const { rows } = await database.query<{ others: number; partition: number | null; generation: bigint }>(
      `WITH me AS (
         INSERT INTO publication_instance (topic, holder, expires_at)
         VALUES ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')
         ON CONFLICT (topic, holder) DO UPDATE SET expires_at = excluded.expires_at
       ), renewed AS (
         UPDATE publication_lease SET expires_at = clock_timestamp() + $3 * interval '1 millisecond'
         WHERE topic = $1 AND holder = $2 RETURNING partition, generation
       ), buried AS (
         DELETE FROM publication_instance
         WHERE topic = $1 AND holder <> $2 AND expires_at < clock_timestamp() - interval '1 minute'
       ), living AS (
         SELECT count(*)::int AS others FROM publication_instance
         WHERE topic = $1 AND holder <> $2 AND expires_at > clock_timestamp()
       )
       SELECT living.others, renewed.partition, renewed.generation FROM living LEFT JOIN renewed ON true`,
      [topic, holder, leaseMs],
    );
    const held = new Map<number, HeldLease>();
    for (const { partition, generation } of rows) {
      if (partition !== null)
        held.set(partition, { partition, generation: Number(generation), validUntilMs });
    }
    return { instances: (rows[0]?.others ?? 0) + 1, held };
  }

  private async release(partitions: readonly number[]): Promise<void> {
    await this.options.database.query(
      `UPDATE publication_lease SET holder = NULL, expires_at = '-infinity'
       WHERE topic = $1 AND holder = $2 AND partition = ANY ($3::int[])`,
      [this.options.topic, this.options.holder, integerArray(partitions)],
    );
  }

  private async take(count: number): Promise<void> {
    const { database, topic, holder, leaseMs } = this.options;
    const validUntilMs = monotonicMs() + leaseMs;
    const { rows } = await database.query<{ partition: number; generation: bigint }>(
      `UPDATE publication_lease
       SET holder = $2, generation = generation + 1,
           expires_at = clock_timestamp() + $3 * interval '1 millisecond'
       WHERE topic = $1 AND partition IN (
         SELECT partition FROM publication_lease WHERE topic = $1 AND expires_at < clock_timestamp()
         ORDER BY partition LIMIT $4 FOR UPDATE SKIP LOCKED)
       RETURNING partition, generation`,
      [topic, holder, leaseMs, count],
    );
    for (const { partition, generation } of rows) {
      this.leases.set(partition, { partition, generation: Number(generation), validUntilMs });
    }
  }
}
