import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Database } from '@potok/platform-postgres/database';
import { migrate } from '@potok/platform-postgres/migrations';
import { provisionServiceSchema } from '@potok/platform-postgres/provision';
import { asAdmin } from '@potok/platform-testing/test-database';
import { requireInfra } from '@potok/platform-testing/test-infra';
import { reportingMigrations } from '../migrations/reporting-migrations';

const GUIDE = path.join(__dirname, '../../../../../docs/guides/bi.md');
const PASSWORD = 'secret';

/** The block of the guide that an administrator runs, for roles of this test. */
function sqlOfGuide(owner: string, reader: string): string {
  const blocks = [...readFileSync(GUIDE, 'utf8').matchAll(/```sql\n([^`]*)```/g)].map(([, sql = '']) => sql);
  const block = blocks.find((sql) => sql.includes('CREATE ROLE')) ?? '';
  return block
    .replaceAll('potok_reporting_bi', reader)
    .replaceAll(/potok_reporting\b/g, owner)
    .replace("PASSWORD '…'", `PASSWORD '${PASSWORD}'`);
}

it('what the guide tells an administrator to run gives the views to their reader, and nothing else', async () => {
  const name = `guide_${randomBytes(6).toString('hex')}`;
  const { databaseUrl } = requireInfra();
  const addressOf = (user: string | null) => {
    const url = new URL(databaseUrl);
    url.pathname = `/${name}`;
    if (user === null) return url.toString();
    url.username = user;
    url.password = PASSWORD;
    return url.toString();
  };
  const admin = addressOf(null);
  await asAdmin(databaseUrl, `CREATE DATABASE ${name}`);
  await provisionServiceSchema({ adminUrl: admin, schema: 'reporting', role: name, password: PASSWORD });
  const service = new Database({ url: addressOf(name), applicationName: 'test', poolMax: 2 });
  const reader = new Database({ url: addressOf(`${name}_bi`), applicationName: 'test', poolMax: 1 });
  try {
    await expect(migrate(service, reportingMigrations)).rejects.toThrow('CREATE SCHEMA bi AUTHORIZATION');
    await asAdmin(admin, sqlOfGuide(name, `${name}_bi`));
    await migrate(service, reportingMigrations);
    expect((await reader.query('SELECT * FROM receipts')).rows).toEqual([]);
    await expect(reader.query('SELECT * FROM reporting.receipt')).rejects.toMatchObject({ code: '42501' });
    const { rows } = await reader.query('SHOW default_transaction_read_only');
    expect(rows).toEqual([{ default_transaction_read_only: 'on' }]);
  } finally {
    await Promise.all([service.close(), reader.close()]);
    await asAdmin(databaseUrl, `DROP DATABASE ${name} WITH (FORCE)`);
    await asAdmin(databaseUrl, `DROP ROLE ${name}, ${name}_bi`);
  }
});
