import { randomBytes } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { insertArchiveBlocks, nextBlockNos } from '@potok/ingestion-service/storage/archive-table';
import { createVault } from '@potok/ingestion-service/migrations/0003-create-vault';
import { openSealed, sealBytes } from '@potok/ingestion-service/vault/sealed-bytes';
import { BinaryRows } from '@potok/platform-postgres/binary-rows';
import { decodeEventBlock, encodeEventBlock } from '@potok/platform-publication/event-block';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import { seededRandom } from '@potok/platform-testing/seeded-random';

/**
 * Measures two ways to keep received documents: a row for each, and a block for all of one transaction that have the
 * same store and persons. Needs DATABASE_URL. Decision: docs/decisions/2026-11-24-archive-blocks.md.
 */
const RECEIPTS = 20_000;
const BATCH = 500;
const STORES = 20;
const REGISTERS = 3;
const GOODS = [
  'Молоко 3,2 % 930 мл',
  'Хлеб Бородинский нарезка',
  'Сыр Российский весовой',
  'Кофе растворимый 95 г',
];

interface Received {
  readonly group: number;
  readonly bytes: Buffer;
}

interface Figures {
  readonly way: string;
  readonly bytesPerReceipt: number;
  readonly walBytesPerReceipt: number;
  readonly cpuUsPerReceipt: number;
  readonly restoreUs: number;
}

function receipts(): Received[] {
  const random = seededRandom(7);
  return Array.from({ length: RECEIPTS }, (_, number) => {
    const group = Math.floor(random() * STORES * REGISTERS);
    const lines = Array.from({ length: 1 + Math.floor(random() * 17) }, (_line, index) => ({
      lineNo: index + 1,
      barcode: String(4_600_000_000_000 + Math.floor(random() * 20_000) * 10),
      name: GOODS[Math.floor(random() * GOODS.length)],
      quantityMilli: 1000,
      amountKopecks: 100 + Math.floor(random() * 90_000),
      vat: { rate: '10', amountKopecks: null },
      paymentMethod: 4,
      subject: 1,
    }));
    const document = {
      type: 'receipt',
      identities: [{ scheme: 'fn', series: `73804408${String(group).padStart(8, '0')}`, number }],
      occurredAtLocal: '2026-03-02T12:15:07',
      operation: 'sale',
      totalKopecks: lines.reduce((sum, line) => sum + line.amountKopecks, 0),
      cashier: { name: `Кассир ${String(group)}`, inn: String(770_000_000_000 + group) },
      lines,
    };
    return { group, bytes: Buffer.from(JSON.stringify(document), 'utf8') };
  });
}

const keys = Array.from({ length: STORES * REGISTERS }, () => randomBytes(32));

function keyOf(group: number): Buffer {
  return keys[group] ?? randomBytes(32);
}

async function main(): Promise<void> {
  const test = await createTestDatabase({
    migrations: [
      createVault,
      { id: 'row', up: 'CREATE TABLE archive_row (no bigint PRIMARY KEY, bytes bytea NOT NULL)' },
    ],
  });
  try {
    const received = receipts();
    for (const figures of [await measureRows(test, received), await measureBlocks(test, received)]) {
      process.stdout.write(`${JSON.stringify(figures)}\n`);
    }
  } finally {
    await test.drop();
  }
}

type Test = Awaited<ReturnType<typeof createTestDatabase>>;

async function measureRows({ database }: Test, received: readonly Received[]): Promise<Figures> {
  let no = 0;
  const measured = await storing(database, received, async (batch) => {
    const rows = new BinaryRows();
    for (const { group, bytes } of batch) {
      no += 1;
      rows
        .row(2)
        .int8(no)
        .bytea(sealBytes(deflateRawSync(bytes, { level: 1 }), keyOf(group), [group]));
    }
    await database.tx((tx) => tx.copyBinary('archive_row (no, bytes)', rows.finish()));
  });
  const restoreUs = await restoring(async (index) => {
    const { rows } = await database.query<{ bytes: Buffer }>('SELECT bytes FROM archive_row WHERE no = $1', [
      index + 1,
    ]);
    openSealed(rows[0]?.bytes ?? Buffer.alloc(0), keyOf(received[index]?.group ?? 0));
  });
  return { way: 'rows', ...measured, bytesPerReceipt: await sizeOf(database, 'archive_row'), restoreUs };
}

async function measureBlocks({ database }: Test, received: readonly Received[]): Promise<Figures> {
  const blocks: { readonly blockNo: number; readonly group: number }[] = [];
  const measured = await storing(database, received, (batch) =>
    database.tx(async (tx) => {
      const groups = new Map<number, Buffer[]>();
      for (const { group, bytes } of batch) groups.set(group, [...(groups.get(group) ?? []), bytes]);
      const blockNos = await nextBlockNos(tx, groups.size);
      const rows = [...groups].map(([group, copies], index) => {
        const blockNo = blockNos[index] ?? 0;
        blocks.push({ blockNo, group });
        const sealed = sealBytes(encodeEventBlock(copies), keyOf(group), [group]);
        return { blockNo, storeNo: group, documentCount: copies.length, subjectNos: [group], bytes: sealed };
      });
      await insertArchiveBlocks(tx, rows);
    }),
  );
  const restoreUs = await restoring(async (index) => {
    const block = blocks[index % blocks.length] ?? { blockNo: 0, group: 0 };
    const { rows } = await database.query<{ bytes: Buffer }>(
      'SELECT bytes FROM archive_block WHERE block_no = $1',
      [block.blockNo],
    );
    decodeEventBlock(openSealed(rows[0]?.bytes ?? Buffer.alloc(0), keyOf(block.group)));
  });
  return { way: 'blocks', ...measured, bytesPerReceipt: await sizeOf(database, 'archive_block'), restoreUs };
}

async function storing(
  database: Test['database'],
  received: readonly Received[],
  store: (batch: readonly Received[]) => Promise<void>,
): Promise<Pick<Figures, 'cpuUsPerReceipt' | 'walBytesPerReceipt'>> {
  const before = await walPosition(database);
  const cpu = process.cpuUsage();
  for (let from = 0; from < received.length; from += BATCH) await store(received.slice(from, from + BATCH));
  const { user, system } = process.cpuUsage(cpu);
  const wal = (await walPosition(database)) - before;
  return {
    cpuUsPerReceipt: rounded((user + system) / received.length),
    walBytesPerReceipt: rounded(wal / received.length),
  };
}

async function walPosition(database: Test['database']): Promise<number> {
  const { rows } = await database.query<{ bytes: string }>(
    `SELECT pg_current_wal_lsn() - '0/0'::pg_lsn AS bytes`,
  );
  return Number(rows[0]?.bytes);
}

async function sizeOf(database: Test['database'], table: string): Promise<number> {
  const { rows } = await database.query<{ bytes: bigint }>(
    'SELECT pg_total_relation_size($1::regclass) AS bytes',
    [table],
  );
  return rounded(Number(rows[0]?.bytes) / RECEIPTS);
}

async function restoring(restore: (index: number) => Promise<void>): Promise<number> {
  const count = 500;
  const startedAtMs = performance.now();
  for (let index = 0; index < count; index += 1) await restore((index * 37) % RECEIPTS);
  return rounded(((performance.now() - startedAtMs) * 1000) / count);
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

void main();
