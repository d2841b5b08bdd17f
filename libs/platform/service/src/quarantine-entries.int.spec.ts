import { present } from '@potok/kernel/assert';
import type { ProblemError } from '@potok/platform-http/problem';
import { PgQuarantineStore } from '@potok/platform-quarantine/pg-quarantine-store';
import { quarantineMigrations } from '@potok/platform-quarantine/quarantine-migrations';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { operationsProblems } from './operations-problems';
import {
  dismissEntry,
  entryDismissed,
  entryList,
  listEntries,
  openEntry,
  postDismissal,
  showEntry,
  wholeEntry,
} from './quarantine-entries';
import type { Dismiss } from './quarantine-entries';

let test: TestDatabase;
const quarantine = new PgQuarantineStore();

beforeAll(async () => {
  test = await createTestDatabase({ migrations: quarantineMigrations });
});
afterAll(() => test.drop());
beforeEach(async () => {
  await test.database.query('TRUNCATE quarantine RESTART IDENTITY');
});

function entries() {
  return { database: test.database, quarantine };
}

async function quarantined(count: number, subjectKey: string | null = 'receipt-a'): Promise<void> {
  const common = { source: 'ledger.receipts', reason: 'notApplicable', detail: null, origin: { seq: 1 } };
  const added = Array.from({ length: count }, (_, index) => ({
    ...{ ...common, subjectKey, bytes: Buffer.from(`event ${String(index)}`) },
    inputKey: String(index),
  }));
  await test.database.tx((tx) => quarantine.add(tx, added));
}

async function problemOf(action: Promise<unknown>): Promise<unknown> {
  return action.then(
    () => null,
    (error: unknown) => (error as ProblemError).problem,
  );
}

const dismissal = { entryId: 1, by: 'person-1', reason: 'a till under test' };

it('a dismissed entry keeps who, when and why, and says what it means', async () => {
  await quarantined(1);
  const answer = await dismissEntry(entries(), dismissal);
  expect(entryDismissed({}).strict().parse(answer)).toMatchObject({
    ...{ entryId: '1', state: 'dismissed', closedBy: 'person-1', closedReason: 'a till under test' },
    ...{ consequence: 'effectLeftOut', subjectStillOpen: false },
  });
  const shown = wholeEntry.strict().parse(await showEntry(entries(), 1));
  expect(Date.parse(present(shown.closedAt, 'a moment'))).toBeGreaterThanOrEqual(
    Date.parse(shown.firstSeenAt),
  );
  expect(shown).toMatchObject({
    closedReason: 'a till under test',
    bytes: Buffer.from('event 0').toString('base64'),
  });
});

it('only an open entry is dismissed, and only once', async () => {
  await quarantined(1);
  const both = await Promise.all([
    problemOf(dismissEntry(entries(), dismissal)),
    problemOf(dismissEntry(entries(), { ...dismissal, by: 'person-2' })),
  ]);
  expect(both.filter((problem) => problem === null)).toHaveLength(1);
  expect(both).toContain(operationsProblems.quarantineEntryClosed);
  expect(await problemOf(openEntry(entries(), 1))).toBe(operationsProblems.quarantineEntryClosed);
  expect(await problemOf(dismissEntry(entries(), { ...dismissal, entryId: 9 }))).toBe(
    operationsProblems.quarantineEntryUnknown,
  );
});

it('says whether other entries about the same are open', async () => {
  await quarantined(2);
  expect(await dismissEntry(entries(), dismissal)).toMatchObject({ subjectStillOpen: true });
  expect(await dismissEntry(entries(), { ...dismissal, entryId: 2 })).toMatchObject({
    subjectStillOpen: false,
  });
});

it('an owner that refuses leaves the entry open', async () => {
  await quarantined(1);
  const refuse: Dismiss = () =>
    Promise.resolve({ kind: 'decidedElsewhere', detail: 'conflict: GET /v1/ingestion/conflicts' });
  expect(await problemOf(dismissEntry(entries(), dismissal, refuse))).toBe(
    operationsProblems.quarantineEntryDecidedElsewhere,
  );
  expect(await openEntry(entries(), 1)).toMatchObject({ state: 'open', closedReason: null });
});

it('lists page by page with ids that are texts', async () => {
  await quarantined(3, null);
  const first = entryList.strict().parse(await listEntries(entries(), { limit: 2 }));
  expect(first.entries.map(({ entryId }) => entryId)).toEqual(['3', '2']);
  expect(first.next).toBe('2');
  const second = await listEntries(entries(), { limit: 2, before: Number(first.next) });
  expect(second).toMatchObject({ entries: [{ entryId: '1' }], next: null });
});

it('a reason is asked for', () => {
  expect(postDismissal.safeParse({ reason: '  no ' }).success).toBe(false);
  expect(postDismissal.parse({ reason: ' never sold ' })).toEqual({ reason: 'never sold' });
});
