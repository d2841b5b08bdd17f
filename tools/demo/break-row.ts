import { Database } from '@potok/platform-postgres/database';
import { demoFiles, type DemoFolder } from './demo-files';

interface BrokenRow {
  readonly storeNo: number;
  readonly movementSeq: number;
}

const alterMilli = 1000;

/** Changes one movement of a receipt behind the ledger's back: the proof has to name it. */
export async function breakRow(folder: DemoFolder): Promise<string> {
  if (folder.read('brokenRow') !== null) return 'a row is broken already: npm run demo -- mend-row mends it';
  return withDatabase(folder, async (database) => {
    const { rows } = await database.query<{ store_no: number; movement_seq: bigint }>(
      `SELECT m.store_no, m.movement_seq
       FROM stock.movement m JOIN stock.posting p USING (store_no, posting_seq)
       WHERE p.receipt_seq IS NOT NULL ORDER BY m.store_no, m.movement_seq LIMIT 1`,
    );
    const [found] = rows;
    if (found === undefined) return 'there is no movement of a receipt yet: try again in a moment';
    const row: BrokenRow = { storeNo: found.store_no, movementSeq: Number(found.movement_seq) };
    await alter(database, row, alterMilli);
    folder.write('brokenRow', JSON.stringify(row));
    return `${nameOf(row)} has now a quantity that is 1 (1,000 thousandths) too large`;
  });
}

export async function mendRow(folder: DemoFolder): Promise<string> {
  const text = folder.read('brokenRow');
  if (text === null) return 'no row is broken';
  const row = JSON.parse(text) as BrokenRow;
  return withDatabase(folder, async (database) => {
    await alter(database, row, -alterMilli);
    folder.remove('brokenRow');
    return `${nameOf(row)} is as it was`;
  });
}

async function alter(database: Database, row: BrokenRow, milli: number): Promise<void> {
  await database.query(
    `UPDATE stock.movement SET quantity_milli = quantity_milli + $3 WHERE store_no = $1 AND movement_seq = $2`,
    [row.storeNo, row.movementSeq, milli],
  );
}

async function withDatabase(
  folder: DemoFolder,
  work: (database: Database) => Promise<string>,
): Promise<string> {
  const url = folder.read('database');
  if (url === null) throw new Error(`no demo is running here: there is no ${demoFiles.database}`);
  const database = new Database({ url: url.trim(), applicationName: 'potok-demo', poolMax: 1 });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

function nameOf({ storeNo, movementSeq }: BrokenRow): string {
  return `movement ${String(movementSeq)} of the store with the number ${String(storeNo)}`;
}
