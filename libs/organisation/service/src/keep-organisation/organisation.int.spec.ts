import {
  validateLegalEntityV1,
  validateRegisterV1,
  validateRegistrationV1,
  validateStoreV1,
} from '@potok/organisation-contracts/generated/validators';
import { postRegistration, putStore } from '@potok/organisation-contracts/organisation-http';
import { ProblemError } from '@potok/platform-http/problem';
import { publicationMigrations } from '@potok/platform-publication/publication-migrations';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { CredentialHandler } from '../enrol-devices/credential.handler';
import { organisationMigrations } from '../migrations/organisation-migrations';
import { OrganisationPublication } from '../publish-organisation/organisation-publication';
import { OrganisationReader } from '../read-organisation/organisation-reader';
import { LegalEntityHandler } from './legal-entity.handler';
import { RegisterHandler } from './register.handler';
import { RegistrationHandler } from './registration.handler';
import { StoreHandler } from './store.handler';

let test: TestDatabase;
let publication: OrganisationPublication;
let legalEntities: LegalEntityHandler;
let stores: StoreHandler;
let registers: RegisterHandler;
let registrations: RegistrationHandler;
let credentials: CredentialHandler;
const clock = { ms: Date.UTC(2026, 2, 1), nowMs: () => clock.ms };

beforeEach(async () => {
  test = await createTestDatabase({ migrations: [...publicationMigrations, ...organisationMigrations] });
  publication = new OrganisationPublication();
  legalEntities = new LegalEntityHandler(test.database, publication, clock);
  stores = new StoreHandler(test.database, publication, clock);
  registers = new RegisterHandler(test.database, publication, clock);
  registrations = new RegistrationHandler(test.database, publication, clock);
  credentials = new CredentialHandler(test.database, clock);
  await legalEntities.put('ooo', { inn: '7707083893', name: 'ООО «Ромашка»' });
});
afterEach(async () => {
  await test.drop();
});

const store = (overrides: object = {}) =>
  putStore.parse({ name: 'Магазин', legalEntityId: 'ooo', timeZone: 'Europe/Moscow', ...overrides });
const range = (registerId: string, fromNumber: number, toNumber: number | null) =>
  postRegistration.parse({ scheme: 'fn', series: '7380', registerId, fromNumber, toNumber });

async function codeOf(attempt: Promise<unknown> | (() => Promise<unknown>)): Promise<string> {
  try {
    await (typeof attempt === 'function' ? attempt() : attempt);
    return 'done';
  } catch (error) {
    return error instanceof ProblemError ? error.problem.code : String(error);
  }
}

it('PUT is idempotent: the same again changes nothing, another raises the version', async () => {
  const first = await stores.put('s-1', store());
  expect(first).toMatchObject({ storeNo: 1, version: 1, defaultLocationId: 's-1' });
  expect(first.locations).toEqual([{ locationId: 's-1', locationNo: 1, name: 'Магазин' }]);
  clock.ms += 1000;
  expect(await stores.put('s-1', store())).toEqual(first);
  const moved = await stores.put(
    's-1',
    store({ dayCutover: '05:00', locations: [{ locationId: 'back', name: 'Склад' }] }),
  );
  expect(moved).toMatchObject({ storeNo: 1, version: 2, dayCutover: '05:00', defaultLocationId: 's-1' });
  expect(moved.locations.map(({ locationId }) => locationId)).toEqual(['s-1', 'back']);
  const register = await registers.put('s-1-1', { storeId: 's-1', name: 'Касса' });
  expect(register).toMatchObject({ locationId: 's-1', version: 1 });
  expect(await registers.put('s-1-1', { storeId: 's-1', name: 'Касса' })).toEqual(register);
});

it('refuses what refers to nothing, and what belongs elsewhere', async () => {
  expect(await codeOf(() => stores.put('s-1', store({ timeZone: 'Mars/Olympus' })))).toBe('timeZoneUnknown');
  expect(await codeOf(stores.put('s-1', store({ legalEntityId: 'nobody' })))).toBe('legalEntityUnknown');
  await stores.put('s-1', store());
  await stores.put('s-2', store());
  expect(await codeOf(stores.put('s-2', store({ locations: [{ locationId: 's-1', name: 'x' }] })))).toBe(
    'locationElsewhere',
  );
  expect(await codeOf(registers.put('r', { storeId: 's-9', name: 'x' }))).toBe('storeUnknown');
  expect(await codeOf(registers.put('r', { storeId: 's-1', name: 'x', locationId: 's-2' }))).toBe(
    'locationUnknown',
  );
  await registers.put('r', { storeId: 's-1', name: 'x' });
  expect(await codeOf(registers.put('r', { storeId: 's-2', name: 'x' }))).toBe('storeFixed');
  expect(await codeOf(registrations.post(range('q', 0, null)))).toBe('registerUnknown');
});

it('gives each number of a series to one register at most', async () => {
  await stores.put('s-1', store());
  for (const id of ['a', 'b']) await registers.put(id, { storeId: 's-1', name: id });
  expect(await registrations.post(range('a', 0, null))).toMatchObject({
    storeId: 's-1',
    legalEntityId: 'ooo',
    version: 1,
  });
  expect(await registrations.post(range('a', 0, null))).toMatchObject({ version: 1 });
  expect(await codeOf(registrations.post(range('b', 100, null)))).toBe('rangeOverlaps');
  expect(await codeOf(registrations.post(range('b', 0, null)))).toBe('rangeOverlaps');
  expect(await registrations.post(range('a', 0, 99))).toMatchObject({ toNumber: 99, version: 2 });
  expect(await registrations.post(range('b', 100, null))).toMatchObject({ registerId: 'b' });
  expect(await codeOf(registrations.post(range('a', 0, null)))).toBe('rangeOverlaps');
});

it('gives a range that was registered for the wrong register to another one only where that is said', async () => {
  await stores.put('s-1', store());
  for (const id of ['a', 'b']) await registers.put(id, { storeId: 's-1', name: id });
  await registrations.post(range('a', 0, 99));
  expect(await codeOf(registrations.post(range('b', 0, 99)))).toBe('rangeOverlaps');
  const reassigned = { ...range('b', 0, 99), reassign: true };
  expect(await registrations.post(reassigned)).toMatchObject({ registerId: 'b', version: 2 });
  expect(await registrations.post(reassigned)).toMatchObject({ registerId: 'b', version: 2 });
});

it('publishes rows that fit the contract, under versions that only grow', async () => {
  await stores.put('s-1', store());
  await registers.put('r', { storeId: 's-1', name: 'x' });
  await registrations.post(range('r', 0, null));
  const validators = [validateLegalEntityV1, validateStoreV1, validateRegisterV1, validateRegistrationV1];
  for (const [index, { source }] of publication.all().entries()) {
    const rows = await test.database.tx((tx) => source.pending(tx, [0], 10));
    expect(rows).toHaveLength(1);
    const [row] = rows;
    expect(validators[index]?.(JSON.parse(String(row?.value)))).toBe(true);
    expect(row).toMatchObject({ partition: 0, version: 1 });
    expect(
      await test.database.tx((tx) => source.stored(tx, { partition: 0, afterKey: null, limit: 10 })),
    ).toEqual(rows);
    expect(
      await test.database.tx((tx) =>
        source.stored(tx, { partition: 0, afterKey: row?.key ?? '', limit: 10 }),
      ),
    ).toEqual([]);
    await test.database.tx((tx) => source.confirm(tx, rows));
    expect(await test.database.tx((tx) => source.pending(tx, [0], 10))).toEqual([]);
  }
});

it('changes are read version by version, each once', async () => {
  const reader = new OrganisationReader();
  const first = await reader.changesSince(test.database, 0);
  expect(first).toMatchObject({ version: 1, stores: [] });
  expect(await reader.changesSince(test.database, 1)).toBeNull();
  await stores.put('s-1', store());
  await registers.put('r', { storeId: 's-1', name: 'x' });
  const second = await reader.changesSince(test.database, 1);
  expect(second).toMatchObject({
    version: 3,
    stores: [{ storeId: 's-1' }],
    registers: [{ registerId: 'r' }],
  });
  const third = await reader.changesSince(test.database, 2);
  expect(third).toMatchObject({ version: 3, stores: [], registers: [{ registerId: 'r' }] });
});

it('a code is good once and for its time; a token is stored as its hash alone', async () => {
  const scope = { stores: ['s-1'] };
  const invited = await credentials.invite({ name: 'Агент', scope, expiresInSeconds: 60 }, 'admin');
  const late = await credentials.invite({ name: 'Поздний', scope, expiresInSeconds: 60 }, 'admin');
  const { token, credentialId } = await credentials.enrol(invited.enrolmentCode);
  expect(token).toMatch(/^ptk_[A-Za-z0-9_-]{43}$/);
  expect(await codeOf(credentials.enrol(invited.enrolmentCode))).toBe('enrolmentInvalid');
  clock.ms += 61_000;
  expect(await codeOf(credentials.enrol(late.enrolmentCode))).toBe('enrolmentInvalid');
  const { rows } = await test.database.query('SELECT credential::text AS stored FROM credential');
  expect(JSON.stringify(rows)).not.toContain(token);
  expect((await credentials.revoke(credentialId)).state).toBe('revoked');
  expect(await codeOf(credentials.revoke('nobody'))).toBe('notFound');
  expect((await credentials.list()).map(({ state }) => state).sort()).toEqual(['expired', 'revoked']);
});
