import { booleanArray, integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import type { StreamAlarm } from './runner-contract';
import type { HaltReason, StreamState } from './stream-state';

type Querying = Pick<Tx, 'query'>;

/** The state of one stream as it is to be stored. */
export interface AppliedStream {
  readonly streamKey: string;
  readonly partition: number;
  readonly state: StreamState;
}

interface AppliedRow {
  readonly stream_key: string;
  readonly partition: number;
  readonly epoch: bigint;
  readonly seq: bigint;
  readonly closed: boolean;
  readonly expected_seq: bigint | null;
  readonly halted_at_offset: bigint | null;
  readonly halted_reason: HaltReason | null;
}

const COLUMNS = 'stream_key, partition, epoch, seq, closed, expected_seq, halted_at_offset, halted_reason';

/** `stream_applied` of one consumer and topic. */
export class AppliedRepository {
  constructor(
    private readonly consumer: string,
    private readonly topic: string,
  ) {}

  /** Locks the rows of these streams, whose keys come sorted. Streams without a row are left out. */
  async lock(tx: Tx, streamKeys: readonly string[]): Promise<ReadonlyMap<string, StreamState>> {
    if (streamKeys.length === 0) return new Map();
    const { rows } = await tx.query<AppliedRow>(
      `SELECT ${COLUMNS} FROM stream_applied
       WHERE consumer = $1 AND topic = $2 AND stream_key = ANY ($3::text[]) ORDER BY stream_key FOR UPDATE`,
      [this.consumer, this.topic, textArray(streamKeys)],
    );
    return new Map(rows.map((row) => [row.stream_key, stateOf(row)]));
  }

  /** Writes states of streams that are locked or new; also what a loaded snapshot brings. */
  async store(tx: Tx, streams: readonly AppliedStream[]): Promise<void> {
    if (streams.length === 0) return;
    const states = streams.map(({ state }) => state);
    await tx.query(
      `INSERT INTO stream_applied (consumer, topic, ${COLUMNS})
       SELECT $1, $2, * FROM unnest($3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::boolean[], $8::bigint[],
         $9::bigint[], $10::text[])
       ON CONFLICT (consumer, topic, stream_key) DO UPDATE SET partition = excluded.partition, epoch = excluded.epoch,
         seq = excluded.seq, closed = excluded.closed, expected_seq = excluded.expected_seq,
         halted_at_offset = excluded.halted_at_offset, halted_reason = excluded.halted_reason, updated_at = now()`,
      [
        this.consumer,
        this.topic,
        textArray(streams.map((stream) => stream.streamKey)),
        integerArray(streams.map((stream) => stream.partition)),
        integerArray(states.map((state) => state.epoch)),
        integerArray(states.map((state) => state.seq)),
        booleanArray(states.map((state) => state.closed)),
        integerArray(states.map((state) => state.halt?.expectedSeq ?? null)),
        integerArray(states.map((state) => state.halt?.atOffset ?? null)),
        textArray(states.map((state) => state.halt?.reason ?? null)),
      ],
    );
  }

  /** The halted streams of these partitions. */
  async halted(querying: Querying, partitions: readonly number[]): Promise<readonly StreamAlarm[]> {
    const { rows } = await querying.query<AppliedRow>(
      `SELECT ${COLUMNS} FROM stream_applied
       WHERE consumer = $1 AND topic = $2 AND partition = ANY ($3::int[]) AND expected_seq IS NOT NULL
       ORDER BY stream_key`,
      [this.consumer, this.topic, integerArray(partitions)],
    );
    return rows.flatMap((row) => {
      const state = stateOf(row);
      const known = { topic: this.topic, partition: row.partition, streamKey: row.stream_key };
      return state.halt === null ? [] : [haltedStream(known, state)];
    });
  }
}

/** What to tell about a halted stream. */
export function haltedStream(
  stream: { readonly topic: string; readonly partition: number; readonly streamKey: string },
  { epoch, closed, halt }: StreamState,
): StreamAlarm {
  return {
    topic: stream.topic,
    partition: stream.partition,
    streamKey: stream.streamKey,
    epoch: closed ? epoch + 1 : epoch,
    expectedSeq: halt?.expectedSeq ?? 0,
    haltedAtOffset: halt?.atOffset ?? 0,
    reason: halt?.reason ?? 'hole',
  };
}

function stateOf(row: AppliedRow): StreamState {
  const { expected_seq: expectedSeq, halted_at_offset: atOffset, halted_reason: reason } = row;
  const halted = expectedSeq !== null && atOffset !== null && reason !== null;
  return {
    epoch: Number(row.epoch),
    seq: Number(row.seq),
    closed: row.closed,
    halt: halted ? { expectedSeq: Number(expectedSeq), atOffset: Number(atOffset), reason } : null,
  };
}
