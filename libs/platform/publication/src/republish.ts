import type { QueryAnswer } from '@potok/platform-postgres/tx';

/** Both a transaction and a database can run a statement. */
interface Statements {
  query<R extends object>(sql: string, parameters?: readonly unknown[]): Promise<QueryAnswer<R>>;
}

export interface RepublishRequest {
  readonly topic: string;
  readonly streamKey: string;
  /** The first sequence to be sent again: the one that a consumer misses. */
  readonly fromSeq: number;
}

/** `unknown`: there is no such stream, or it does not reach the sequence. `gone`: deleted after its time. */
export type RepublishAnswer =
  { readonly result: 'requested' | 'unknown' } | { readonly result: 'gone'; readonly keptFrom: number };

export interface RepublishProgress extends RepublishRequest {
  readonly nextSeq: number;
  /** The head at the time of the request. */
  readonly toSeq: number;
  readonly requestedAt: Date;
  readonly finishedAt: Date | null;
}

/**
 * Asks the relay to send a stream again from a sequence to its head, byte-identically, before it goes on. Readers
 * that have these events skip them.
 */
export async function requestRepublish(
  statements: Statements,
  request: RepublishRequest,
): Promise<RepublishAnswer> {
  const { rowCount } = await statements.query(
    `INSERT INTO publication_republish AS republish (topic, stream_key, from_seq, next_seq, to_seq)
     SELECT topic, stream_key, $3::bigint, $3::bigint, last_seq FROM publication_stream
     WHERE topic = $1 AND stream_key = $2 AND $3::bigint BETWEEN kept_from AND last_seq
     FOR SHARE
     ON CONFLICT (topic, stream_key) DO UPDATE SET
       from_seq = CASE WHEN republish.finished_at IS NULL
                  THEN least(republish.from_seq, excluded.from_seq) ELSE excluded.from_seq END,
       next_seq = CASE WHEN republish.finished_at IS NULL
                  THEN least(republish.next_seq, excluded.next_seq) ELSE excluded.next_seq END,
       to_seq = excluded.to_seq, requested_at = clock_timestamp(), finished_at = NULL`,
    [request.topic, request.streamKey, request.fromSeq],
  );
  if (rowCount === 1) return { result: 'requested' };
  const { rows } = await statements.query<{ kept_from: bigint }>(
    'SELECT kept_from FROM publication_stream WHERE topic = $1 AND stream_key = $2 AND $3::bigint BETWEEN 1 AND kept_from - 1',
    [request.topic, request.streamKey, request.fromSeq],
  );
  const [stream] = rows;
  return stream === undefined
    ? { result: 'unknown' }
    : { result: 'gone', keptFrom: Number(stream.kept_from) };
}

interface RepublishRow {
  readonly topic: string;
  readonly stream_key: string;
  readonly from_seq: bigint;
  readonly next_seq: bigint;
  readonly to_seq: bigint;
  readonly requested_at: Date;
  readonly finished_at: Date | null;
}

/** The last request of each stream of a topic, newest first. */
export async function readRepublishProgress(
  statements: Statements,
  topic: string,
): Promise<RepublishProgress[]> {
  const { rows } = await statements.query<RepublishRow>(
    `SELECT * FROM publication_republish WHERE topic = $1 ORDER BY requested_at DESC, stream_key`,
    [topic],
  );
  return rows.map((row) => ({
    topic: row.topic,
    streamKey: row.stream_key,
    fromSeq: Number(row.from_seq),
    nextSeq: Number(row.next_seq),
    toSeq: Number(row.to_seq),
    requestedAt: row.requested_at,
    finishedAt: row.finished_at,
  }));
}
