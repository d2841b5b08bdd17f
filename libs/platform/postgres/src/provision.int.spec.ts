import { createTestDatabase, asAdmin } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { Database } from './database';
import { provisionServiceSchema } from './provision';

let test: TestDatabase;
let other: Database;
let otherRole: string;

beforeAll(async () => {
  test = await createTestDatabase({ migrations: [{ id: '001', up: 'CREATE TABLE secret (id int)' }] });
  otherRole = `${test.role}_other`;
  const service = { adminUrl: test.adminUrl, schema: 'other', role: otherRole, password: "it's a pass/word" };
  const [url = ''] = await Promise.all([1, 2, 3].map(() => provisionServiceSchema(service)));
  other = new Database({ url, applicationName: 'other', poolMax: 1 });
});
afterAll(async () => {
  await other.close();
  await asAdmin(test.adminUrl, `DROP OWNED BY "${otherRole}"; DROP ROLE "${otherRole}"`);
  await test.drop();
});

it('a role cannot read the schema of another service', async () => {
  await expect(other.query('SELECT * FROM service.secret')).rejects.toMatchObject({ code: '42501' });
  await expect(other.query('CREATE TABLE public.intruder (id int)')).rejects.toMatchObject({ code: '42501' });
  await expect(other.query('CREATE SCHEMA third')).rejects.toMatchObject({ code: '42501' });
});

it('a role works in its own schema without naming it', async () => {
  await other.query('CREATE TABLE own (id int)');
  const { rows } = await other.query(`SELECT schemaname FROM pg_tables WHERE tablename = 'own'`);
  expect(rows).toEqual([{ schemaname: 'other' }]);
});
