import { ArchivedBytesQuery } from '../restore-archive/archived-bytes.query';
import { IntakeFixture, lineOf } from '../testing/intake-fixture';
import type { Intake } from '../testing/intake-fixture';
import { SeriesStatusQuery } from '../query-series/series-status.query';
import { SeriesTable } from '../storage/series-table';
import { sentReceipt, SERIES } from '../testing/sent-documents';
import { ErasePersonHandler } from './erase-person.handler';

const PHONE = '+7 926 111-22-33';
const REQUEST = { reason: 'request 17', by: 'officer' };

let fixture: IntakeFixture;
let intake: Intake;
let archive: ArchivedBytesQuery;
let erasing: ErasePersonHandler;

beforeEach(async () => {
  fixture = await IntakeFixture.create();
  intake = fixture.intake();
  archive = new ArchivedBytesQuery(intake.database, intake.vault);
  erasing = new ErasePersonHandler(intake.database, intake.vault, intake.quarantine.store);
});
afterEach(async () => {
  await fixture.drop();
});

const cashier = { name: 'Иванова Анна', inn: '500100732259', tabNumber: '0042' };

function erase(person: string, subjectNos: readonly number[] | null = null) {
  return erasing.erase({ ...REQUEST, person, subjectNos });
}

async function kinds(): Promise<string[]> {
  const ids = (await fixture.events()).map(({ documentId }) => documentId);
  return Promise.all(ids.map(async (id) => (await archive.bytesOf(id, 1)).kind));
}

it.each(['500100732259', 'ИВАНОВА  AННА', '0042'])('finds and erases an employee by %s', async (person) => {
  await fixture.take(intake, [sentReceipt(1, { cashier }), sentReceipt(2)]);
  const found = await erasing.find({ ...REQUEST, person });
  expect(found).toMatchObject([{ kind: 'employee', stated: cashier, documents: 1 }]);
  expect(await erase(person)).toMatchObject({ subjectNos: [found[0]?.subjectNo], documents: 1 });
  expect(await kinds()).toEqual(['erased', 'bytes']);
  expect(await erasing.find({ ...REQUEST, person })).toEqual([]);
});

it('finds and erases a buyer by the contact, wherever it stood', async () => {
  const lines = [{ lineNo: 1, name: `Доставка ${PHONE}`, quantityMilli: 1000, amountKopecks: 25_980 }];
  await fixture.take(intake, [
    sentReceipt(1, { buyer: { contact: PHONE } }),
    sentReceipt(2, { lines }),
    { ...sentReceipt(3), userProperty: { name: 'Телефон', value: '8(926)1112233' } },
    { ...sentReceipt(4), lines: [{ ...lines[0], name: 'x', prescription: { patient: { phone: PHONE } } }] },
    sentReceipt(5),
  ]);
  expect(await erase('89261112233')).toMatchObject({ documents: 4 });
  expect(await kinds()).toEqual(['erased', 'erased', 'erased', 'erased', 'bytes']);
});

it('a supplier who is a person is erased by ИНН', async () => {
  const agent = { flags: 64, supplierInn: '770799887766' };
  const lines = [{ lineNo: 1, name: 'x', agent, quantityMilli: 1000, amountKopecks: 25_980 }];
  await fixture.take(intake, [sentReceipt(1, { lines })]);
  expect(JSON.stringify(await fixture.events())).not.toContain('770799887766');
  expect(await erase('770799887766')).toMatchObject({ documents: 1 });
  expect(await kinds()).toEqual(['erased']);
});

it('forgets quarantined bytes that name the person, readable or not', async () => {
  const broken = Buffer.from(`{"cashier":{"name":"Иванова Анна"},"buyer":{"contact":"${PHONE}"},`);
  const escaped = Buffer.from('{"cashier":{"name":"\\u0418ванова Анна"},');
  const rejection = { code: 'invalidJson', field: null } as const;
  const lines = [broken, escaped, Buffer.from('{"innocent":')].map((bytes) => lineOf(bytes, { rejection }));
  await intake.database.tx((tx) => intake.service.takeIn(tx, lines));
  await fixture.take(intake, [
    sentReceipt(1, { cashier, operation: undefined }),
    sentReceipt(2, { cashier: { tabNumber: '0042' }, operation: undefined }),
  ]);
  expect(await erase('0042')).toMatchObject({ quarantineEntries: 3 });
  const entries = await intake.quarantine.store.withBytesAfter(intake.database, 0, 100);
  const left = entries.filter(({ bytes }) => bytes !== null).map(({ bytes }) => String(bytes));
  expect(left).toEqual(['{"innocent":']);
});

it('leaves figures, references and the status of series as they were, and changes nothing the second time', async () => {
  await fixture.take(intake, [
    sentReceipt(1, { cashier }),
    sentReceipt(2, { cashier, operation: undefined }),
  ]);
  const statuses = new SeriesStatusQuery(intake.database, new SeriesTable());
  const status = () => statuses.ofRange({ scheme: 'fn', series: SERIES, from: 0, to: 100 });
  const before = [await fixture.events(), await status()];
  expect(await erase('500100732259')).toMatchObject({ documents: 1, subjectNos: [expect.any(Number)] });
  expect([await fixture.events(), await status()]).toEqual(before);
  expect(await erase('500100732259')).toMatchObject({ subjectNos: [], documents: 0, quarantineEntries: 0 });
});

it('erases only those who are meant, and says on record who did it, without a name', async () => {
  const namesakes = [cashier, { ...cashier, inn: '770799887766' }];
  await fixture.take(
    intake,
    namesakes.map((one, index) => sentReceipt(index + 1, { cashier: one })),
  );
  const found = await erasing.find({ ...REQUEST, person: 'Иванова Анна' });
  const first = found.find(({ stated }) => stated.inn === cashier.inn);
  const second = found.find(({ stated }) => stated.inn !== cashier.inn);
  expect(await erase('Иванова Анна', [second?.subjectNo ?? 0])).toMatchObject({ documents: 1 });
  expect(await kinds()).toEqual(['bytes', 'erased']);
  const { rows } = await intake.database.query('SELECT * FROM privacy_action ORDER BY action_no');
  expect(rows).toMatchObject([
    { kind: 'find', done_by: 'officer', reason: 'request 17' },
    { kind: 'erase', done_by: 'officer', documents: 1n, subject_nos: [BigInt(second?.subjectNo ?? 0)] },
  ]);
  expect(JSON.stringify(rows, (_name, value: unknown) => String(value))).not.toContain('Иванова');
  expect(first?.documents).toBe(1);
});
