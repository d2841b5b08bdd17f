import { integerArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import { hasOpenEntries } from '@potok/platform-quarantine/quarantine-migrations';

type Querying = Pick<Tx, 'query'>;

/** Whose positions: another cluster or a topic that was made anew has positions of its own. */
export interface PositionScope {
  readonly consumer: string;
  readonly clusterId: string;
  readonly topic: string;
  readonly incarnation: string;
}

export type Positions = ReadonlyMap<number, number>;

export interface LockedPositions {
  readonly positions: Positions;
  /** Has the consumer open quarantine entries, which later records might have to join? */
  readonly hasOpenEntries: boolean;
}

interface PositionRow {
  readonly partition: number;
  readonly next_offset: bigint;
  readonly open: boolean;
}

const SCOPE = 'consumer = $1 AND cluster_id = $2 AND topic = $3 AND incarnation = $4';

/** `consumer_position`: the next offset by partition. */
export class PositionRepository {
  constructor(private readonly scope: PositionScope) {}

  /** Locks the rows in the order of partitions. Whoever holds them alone applies these partitions. */
  async lock(tx: Tx, partitions: readonly number[]): Promise<LockedPositions> {
    const { rows } = await tx.query<PositionRow>(
      `SELECT partition, next_offset, ${hasOpenEntries('$1')} AS open FROM consumer_position
       WHERE ${SCOPE} AND partition = ANY ($5::int[]) ORDER BY partition FOR UPDATE`,
      [...this.scopeParameters(), integerArray(partitions)],
    );
    return { positions: positionsOf(rows), hasOpenEntries: rows.some((row) => row.open) };
  }

  /** Of rows that are locked. */
  async move(tx: Tx, positions: Positions): Promise<void> {
    await tx.query(
      `UPDATE consumer_position AS position SET next_offset = moved.next_offset, updated_at = now()
       FROM unnest($5::int[], $6::bigint[]) AS moved (partition, next_offset)
       WHERE ${SCOPE} AND position.partition = moved.partition`,
      [...this.scopeParameters(), integerArray([...positions.keys()]), integerArray([...positions.values()])],
    );
  }

  async read(querying: Querying, partitions: readonly number[]): Promise<Positions> {
    const { rows } = await querying.query<PositionRow>(
      `SELECT partition, next_offset FROM consumer_position WHERE ${SCOPE} AND partition = ANY ($5::int[])`,
      [...this.scopeParameters(), integerArray(partitions)],
    );
    return positionsOf(rows);
  }

  /** Adds rows for partitions that have none. */
  async create(querying: Querying, positions: Positions): Promise<void> {
    await querying.query(
      `INSERT INTO consumer_position (consumer, cluster_id, topic, incarnation, partition, next_offset)
       SELECT $1, $2, $3, $4, partition, next_offset FROM unnest($5::int[], $6::bigint[]) AS new (partition, next_offset)
       ORDER BY partition
       ON CONFLICT DO NOTHING`,
      [...this.scopeParameters(), integerArray([...positions.keys()]), integerArray([...positions.values()])],
    );
  }

  private scopeParameters(): string[] {
    const { consumer, clusterId, topic, incarnation } = this.scope;
    return [consumer, clusterId, topic, incarnation];
  }
}

function positionsOf(rows: readonly PositionRow[]): Positions {
  return new Map(rows.map((row) => [row.partition, Number(row.next_offset)]));
}
