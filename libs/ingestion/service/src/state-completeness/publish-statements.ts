import { present } from '@potok/kernel/assert';
import { toInstant } from '@potok/kernel/clock';
import type { CompletenessStatedV1 } from '@potok/ingestion-contracts/completeness-stated.v1';
import { encodeEventBlock } from '@potok/platform-publication/event-block';
import type { LockedStream } from '@potok/platform-publication/stream';
import type { Tx } from '@potok/platform-postgres/tx';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import type { StatementRow } from '../storage/statement-table';

export interface NewStatements {
  readonly rows: readonly StatementRow[];
  readonly stream: LockedStream;
  readonly directory: OrganisationDirectory;
}

/** Stores the statements as the bytes of their events, numbered in their order. */
export async function publishStatements(tx: Tx, { rows, stream, directory }: NewStatements): Promise<void> {
  const firstSeq = stream.lastSeq + 1;
  const values = rows.map((row, index) => {
    const registerId = present(directory.registerIdOf(row.registerNo), 'the id of a register');
    const event = eventOf(row, { stream, registerId, streamSeq: firstSeq + index });
    return Buffer.from(JSON.stringify(event), 'utf8');
  });
  await tx.query(
    `INSERT INTO completeness_block (store_no, stream_epoch, first_seq, last_seq, recorded_at, bytes)
     VALUES ($1, $2, $3, $4, to_timestamp($5::bigint / 1000.0), $6)`,
    [
      present(rows[0], 'the first statement').storeNo,
      stream.epoch,
      firstSeq,
      stream.lastSeq + rows.length,
      stream.recordedAtMs,
      encodeEventBlock(values),
    ],
  );
}

interface EventPlace {
  readonly stream: LockedStream;
  readonly registerId: string;
  readonly streamSeq: number;
}

/** The event's id stands first: it is read back from there. */
function eventOf(
  { statement, storeNo, registerNo }: StatementRow,
  { stream, registerId, streamSeq }: EventPlace,
): CompletenessStatedV1 {
  return {
    eventId: `${registerId}/${String(statement.statementNo)}/completeness/0`,
    storeId: stream.streamKey,
    storeNo,
    streamEpoch: stream.epoch,
    streamSeq,
    rootSeq: null,
    cause: null,
    recordedAt: toInstant(stream.recordedAtMs),
    causeRecordedAt: null,
    registerId,
    registerNo,
    ...statement,
  };
}
