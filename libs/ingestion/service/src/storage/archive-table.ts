import { BinaryRows } from '@potok/platform-postgres/binary-rows';
import { integerArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';

/** Received documents of one store and one set of persons, sealed together. */
export interface ArchiveBlockRow {
  readonly blockNo: number;
  readonly storeNo: number;
  readonly documentCount: number;
  readonly subjectNos: readonly number[];
  readonly bytes: Buffer;
}

export async function nextBlockNos(tx: Tx, count: number): Promise<readonly number[]> {
  const { rows } = await tx.query<{ block_no: bigint }>(
    `SELECT nextval('archive_block_no') AS block_no FROM generate_series(1, $1::int)`,
    [count],
  );
  return rows.map((row) => Number(row.block_no));
}

const INT8_OID = 20;

export async function insertArchiveBlocks(tx: Tx, blocks: readonly ArchiveBlockRow[]): Promise<void> {
  if (blocks.length === 0) return;
  const rows = new BinaryRows();
  for (const block of blocks) {
    rows.row(5).int8(block.blockNo).int4(block.storeNo).int4(block.documentCount);
    rows.bytea(bigintArray(block.subjectNos)).bytea(block.bytes);
  }
  await tx.copyBinary(
    'archive_block (block_no, store_no, document_count, subject_nos, bytes)',
    rows.finish(),
  );
}

/** PostgreSQL's binary form of a bigint[] of one dimension. */
function bigintArray(values: readonly number[]): Buffer {
  const header = 20;
  const bytes = Buffer.alloc(header + values.length * 12);
  bytes.writeInt32BE(1, 0);
  bytes.writeInt32BE(0, 4);
  bytes.writeInt32BE(INT8_OID, 8);
  bytes.writeInt32BE(values.length, 12);
  bytes.writeInt32BE(1, 16);
  values.forEach((value, index) => {
    bytes.writeInt32BE(8, header + index * 12);
    bytes.writeBigInt64BE(BigInt(value), header + index * 12 + 4);
  });
  return bytes;
}

/** How many copies are sealed with the keys of any of these persons. Looks at every block: for rare questions. */
export async function countArchivedFor(
  querying: Pick<Tx, 'query'>,
  subjectNos: readonly number[],
): Promise<number> {
  if (subjectNos.length === 0) return 0;
  const { rows } = await querying.query<{ count: bigint }>(
    'SELECT coalesce(sum(document_count), 0)::bigint AS count FROM archive_block WHERE subject_nos && $1::bigint[]',
    [integerArray(subjectNos)],
  );
  return Number(rows[0]?.count ?? 0);
}

/** Sealed blocks by number. */
export async function readArchiveBlocks(
  querying: Pick<Tx, 'query'>,
  blockNos: readonly number[],
): Promise<ReadonlyMap<number, Buffer>> {
  const { rows } = await querying.query<{ block_no: bigint; bytes: Buffer }>(
    'SELECT block_no, bytes FROM archive_block WHERE block_no = ANY ($1::bigint[])',
    [integerArray([...new Set(blockNos)])],
  );
  return new Map(rows.map((row) => [Number(row.block_no), row.bytes]));
}
