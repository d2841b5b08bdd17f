import type { Database } from '@potok/platform-postgres/database';
import type { Tx } from '@potok/platform-postgres/tx';
import type { StoredBlocks } from './block-source';

/** A table of blocks that serves nothing but publication: what was published long ago may go. */
export interface PassingBlocks extends Pick<
  StoredBlocks,
  'topic' | 'table' | 'streamColumn' | 'epochColumn' | 'firstSeqColumn' | 'streamNos'
> {
  readonly lastSeqColumn: string;
}

export interface RetentionStep {
  /** Blocks recorded later stay. Milliseconds. */
  readonly beforeMs: number;
  /** Blocks of a stream that one transaction deletes at most. */
  readonly blocksMax: number;
  /** Asked between transactions. */
  readonly stopping: () => boolean;
}

interface StreamColumns {
  readonly stream_key: string;
}

/**
 * Deletes of each stream the oldest blocks that are published and recorded before a moment, one stream a transaction.
 * The block of the last published event stays: whoever takes over the publication compares the topic with it. A stream
 * that is being sent again is left alone. Answers how many blocks went.
 */
export async function deletePassedBlocks(
  database: Pick<Database, 'tx' | 'query'>,
  blocks: PassingBlocks,
  step: RetentionStep,
): Promise<number> {
  const { rows } = await database.query<StreamColumns>(
    'SELECT stream_key FROM publication_progress WHERE topic = $1 ORDER BY stream_key',
    [blocks.topic.name],
  );
  let deleted = 0;
  for (const { stream_key: streamKey } of rows) {
    let went = step.blocksMax;
    while (went === step.blocksMax && !step.stopping()) {
      went = await database.tx((tx) => deleteOfStream(tx, { blocks, streamKey, step }));
      deleted += went;
    }
  }
  return deleted;
}

interface StreamToPrune {
  readonly blocks: PassingBlocks;
  readonly streamKey: string;
  readonly step: RetentionStep;
}

/** Under the row of the stream, which a request to send it again reads too. */
async function deleteOfStream(tx: Tx, { blocks, streamKey, step }: StreamToPrune): Promise<number> {
  const { table, streamColumn, epochColumn, firstSeqColumn, lastSeqColumn, topic } = blocks;
  const streamNo = (await blocks.streamNos(tx, [streamKey])).get(streamKey);
  if (streamNo === undefined) return 0;
  const { rows } = await tx.query<{ epoch: number; published_up_to: bigint }>(
    `SELECT progress.epoch, progress.published_up_to
     FROM publication_stream AS stream JOIN publication_progress AS progress USING (topic, stream_key)
     WHERE stream.topic = $1 AND stream.stream_key = $2 AND NOT EXISTS (
       SELECT 1 FROM publication_republish AS republish
       WHERE republish.topic = $1 AND republish.stream_key = $2 AND republish.finished_at IS NULL)
     FOR UPDATE OF stream`,
    [topic.name, streamKey],
  );
  const [published] = rows;
  if (published === undefined) return 0;
  const { rows: gone } = await tx.query<{ last_seq: bigint }>(
    `DELETE FROM ${table} WHERE ${streamColumn} = $1 AND ${epochColumn} = $2 AND ${firstSeqColumn} IN (
       SELECT ${firstSeqColumn} FROM ${table} WHERE ${streamColumn} = $1 AND ${epochColumn} = $2
         AND ${lastSeqColumn} < $3 AND recorded_at < to_timestamp($4::bigint / 1000.0)
       ORDER BY ${firstSeqColumn} LIMIT $5)
     RETURNING ${lastSeqColumn} AS last_seq`,
    [streamNo, published.epoch, published.published_up_to, step.beforeMs, step.blocksMax],
  );
  if (gone.length === 0) return 0;
  const last = gone.reduce((highest, { last_seq: seq }) => (seq > highest ? seq : highest), 0n);
  await tx.query(
    'UPDATE publication_stream SET kept_from = greatest(kept_from, $3) WHERE topic = $1 AND stream_key = $2',
    [topic.name, streamKey, last + 1n],
  );
  return gone.length;
}
