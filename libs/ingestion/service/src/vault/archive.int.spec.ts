import { employeeOf } from '@potok/ingestion-domain/persons';
import { present } from '@potok/kernel/assert';
import { ArchivedBytesQuery } from '../restore-archive/archived-bytes.query';
import { IntakeFixture } from '../testing/intake-fixture';
import type { Intake } from '../testing/intake-fixture';
import { bytesOf, sentReceipt } from '../testing/sent-documents';

let fixture: IntakeFixture;
let intake: Intake;
let archive: ArchivedBytesQuery;

beforeEach(async () => {
  fixture = await IntakeFixture.create();
  intake = fixture.intake();
  archive = new ArchivedBytesQuery(intake.database, intake.vault);
});
afterEach(async () => {
  await fixture.drop();
});

const CANARIES = {
  cashierName: 'Канарейкина Зоя',
  cashierInn: '770799887766',
  buyerContact: '+79261112233',
  buyerMail: 'kanareika@example.org',
  approverName: 'Старший Канарей',
  nestedUnknown: 'рецепт-канарейка',
  card: '4276380012345673',
};

function receiptWithCanaries(number: number) {
  return {
    ...sentReceipt(number, {
      cashier: { name: CANARIES.cashierName, inn: CANARIES.cashierInn },
      approver: { name: CANARIES.approverName, tabNumber: '0042' },
      buyer: { contact: CANARIES.buyerContact, name: 'Покупателев' },
      lines: [
        {
          lineNo: 1,
          name: `Доставка ${CANARIES.buyerMail} карта ${CANARIES.card}`,
          barcode: '4600682000013',
          quantityMilli: 1000,
          amountKopecks: 25_980,
        },
      ],
    }),
    prescription: { patient: CANARIES.nestedUnknown },
  };
}

async function documentIds(): Promise<string[]> {
  return (await fixture.events()).map(({ documentId }) => documentId);
}

it('restores raw bytes exactly, of every copy that came', async () => {
  const first = sentReceipt(1);
  const variant = { ...first, extra: { любое: 'значение' } };
  await fixture.take(intake, [first, sentReceipt(2), variant]);
  const [id = ''] = await documentIds();
  expect(await archive.bytesOf(id, 1)).toEqual({ kind: 'bytes', bytes: bytesOf(first) });
  expect(await archive.bytesOf(id, 2)).toEqual({ kind: 'bytes', bytes: bytesOf(variant) });
  expect(await archive.bytesOf(id, 3)).toEqual({ kind: 'unknown' });
});

it('personal data stand neither in canonical bytes nor in any table as they are', async () => {
  await fixture.take(intake, [receiptWithCanaries(1), { ...receiptWithCanaries(2), operation: undefined }]);
  const [event] = await fixture.events();
  const published = JSON.stringify(event);
  const stored = await everyByte();
  for (const canary of Object.values(CANARIES)) {
    expect(published).not.toContain(canary);
    expect(stored.includes(Buffer.from(canary, 'utf8'))).toBe(false);
  }
  expect(event?.document.lines[0]?.name).toBe('Доставка *** карта ***');
  expect(event?.document.findings.map(({ code }) => code)).toContain('textRemoved');
  expect(event?.document.cashierRef).toMatch(/^c-[0-9a-f]{24}$/);
  expect(event?.document.cashierRefBasis).toBe('inn');
});

/** All values of all tables of the schema in one buffer, blocks inflated where they are not encrypted. */
async function everyByte(): Promise<Buffer> {
  const { rows: tables } = await intake.database.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'service' ORDER BY tablename`,
  );
  const parts: Buffer[] = [];
  for (const { name } of tables) {
    const { rows } = await intake.database.query(`SELECT * FROM ${name}`);
    for (const value of rows.flatMap((row) => Object.values(row))) {
      parts.push(Buffer.isBuffer(value) ? value : Buffer.from(String(value), 'utf8'));
    }
  }
  parts.push(Buffer.from(JSON.stringify(await fixture.events()), 'utf8'));
  return Buffer.concat(parts);
}

it('one person keeps one reference over registers, by whatever basis it is known', async () => {
  const named = (number: number, name: string) => sentReceipt(number, { cashier: { name } });
  await fixture.take(intake, [
    named(1, 'Петрова А.С.'),
    named(2, ' ПЕТPОВА  A. C. '),
    named(3, 'Сидорова А.С.'),
  ]);
  const references = (await fixture.events()).map(({ document }) => document.cashierRef);
  expect(references[0]).toBe(references[1]);
  expect(references[2]).not.toBe(references[0]);
});

it('raw bytes are gone for ever once a person in them was erased; everybody else’s stay', async () => {
  const other = sentReceipt(2, { cashier: { inn: '500100732259', name: 'Другая' } });
  await fixture.take(intake, [
    receiptWithCanaries(1),
    other,
    { ...receiptWithCanaries(3), operation: undefined },
  ]);
  const [erasedId = '', otherId = ''] = await documentIds();
  expect((await archive.bytesOf(erasedId, 1)).kind).toBe('bytes');
  const cashier = present(employeeOf({ inn: CANARIES.cashierInn }, 'ooo'), 'the cashier');
  expect(await intake.database.tx((tx) => intake.vault.erase(tx, [cashier]))).toBe(1);
  expect(await archive.bytesOf(erasedId, 1)).toEqual({ kind: 'erased' });
  expect((await archive.bytesOf(otherId, 1)).kind).toBe('bytes');
  const restarted = fixture.intake();
  expect(await new ArchivedBytesQuery(restarted.database, restarted.vault).bytesOf(erasedId, 1)).toEqual({
    kind: 'erased',
  });
  const [row] = await intake.quarantine.store.list(intake.database, { limit: 1 });
  const entry = await intake.quarantine.store.get(intake.database, row?.id ?? 0);
  expect(entry).toMatchObject({ bytes: null, bytesErased: true, reason: 'operationUnknown' });
  const [before] = await fixture.events();
  await fixture.take(intake, [receiptWithCanaries(4)]);
  const after = (await fixture.events()).at(-1);
  expect(after?.document.cashierRef).toBe(before?.document.cashierRef);
  expect((await archive.bytesOf(after?.documentId ?? '', 1)).kind).toBe('bytes');
});

it('a changed bit of a block is noticed, not read', async () => {
  await fixture.take(intake, [sentReceipt(1)]);
  const [id = ''] = await documentIds();
  await intake.database.query(
    'UPDATE archive_block SET bytes = set_byte(bytes, length(bytes) - 1, get_byte(bytes, length(bytes) - 1) # 1)',
  );
  await expect(archive.bytesOf(id, 1)).rejects.toThrow();
});
