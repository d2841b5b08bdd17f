import { DEFAULT_RULE_SET } from '@potok/nomenclature-domain/default-rule-set';
import { replaceRuleSet, ruleSetBody } from '@potok/nomenclature-contracts/rule-set';
import { migrate } from '@potok/platform-postgres/migrations';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { nomenclatureMigrations } from '../migrations/nomenclature-migrations';
import { documentEvent, documentIdOf } from '../testing/register-events';
import { Replica } from '../testing/replica';

const { version: DEFAULT_VERSION, ...RULES } = DEFAULT_RULE_SET;
const DESTROYED = {
  when: { operation: ['return' as const], disposition: ['destroy' as const] },
  then: 'none' as const,
  source: 'Приказ по сети № 12',
};
const BODY = ruleSetBody.parse({ ...RULES, stockEffect: [DESTROYED, ...RULES.stockEffect] });

let db: TestDatabase;

async function database(): Promise<Replica> {
  db = await createTestDatabase({ migrations: nomenclatureMigrations });
  return new Replica(db.database);
}

function returned(seq: number) {
  const lines = [{ disposition: 'destroy' as const }, {}];
  return documentEvent({ seq, lines, document: { operation: 'return' } });
}

async function effects(replica: Replica) {
  return (await replica.decided(1)).map(({ value }) => [
    value.ruleVersion,
    ...value.lines.map(({ stockEffect }) => stockEffect),
  ]);
}

describe('rules', () => {
  afterEach(() => db.drop());

  it('are tried on the latest receipts, then replace the others for what comes from now on', async () => {
    const replica = await database();
    const other = new Replica(db.connect());
    await replica.decide([returned(1), documentEvent({ seq: 2, lines: [{}] })]);
    const request = { expectedVersion: DEFAULT_VERSION, reason: 'Уничтожаем на месте', rules: BODY };
    const tried = await replica.ruleSet.handle({ ...request, dryRun: true }, 'person-1');
    const expected = {
      version: DEFAULT_VERSION + 1,
      receiptsCompared: 2,
      linesCompared: 3,
      changes: [
        {
          before: { stockEffect: 'in', recognition: 'sale' },
          after: { stockEffect: 'none', recognition: 'sale' },
          lines: 1,
          sample: { documentId: documentIdOf(1, 1), lineNo: 1 },
        },
      ],
    };
    expect(tried).toEqual({ ok: true, value: { ...expected, applied: false } });
    expect((await replica.ruleSet.inForce()).version).toBe(DEFAULT_VERSION);
    expect(await other.ruleSet.handle({ ...request, dryRun: false }, 'person-1')).toEqual({
      ok: true,
      value: { ...expected, applied: true },
    });
    await replica.decide([returned(3)]);
    expect(await effects(replica)).toEqual([
      [DEFAULT_VERSION, 'in', 'in'],
      [DEFAULT_VERSION, 'out'],
      [DEFAULT_VERSION + 1, 'none', 'in'],
    ]);
    expect(await replica.ruleSet.handle({ ...request, dryRun: false }, 'person-2')).toEqual({
      ok: false,
      error: { code: 'ruleSetChanged', version: DEFAULT_VERSION + 1 },
    });
  });

  it('of an installation that has receipts stay as they were when a release ships others', async () => {
    const grown = nomenclatureMigrations.findIndex(({ id }) => id === 'nomenclature-0004-add-meaning');
    db = await createTestDatabase({ migrations: nomenclatureMigrations.slice(0, grown) });
    await db.database.query(
      `INSERT INTO receipt (document_id, store_no, receipt_seq, revision, root_seq) VALUES ($1, 1, 1000, 1, 1)`,
      [documentIdOf(1, 1)],
    );
    await migrate(db.database, nomenclatureMigrations);
    const replica = new Replica(db.database);
    expect((await replica.ruleSet.inForce()).version).toBe(1);
    const buy = documentEvent({ seq: 2, lines: [{}], document: { operation: 'buy' } });
    await replica.decide([buy]);
    expect((await replica.decided(1))[0]?.value.lines).toMatchObject([
      { stockEffect: 'unknown', recognition: 'sale' },
    ]);
    const upgrade = {
      expectedVersion: 1,
      reason: 'Обновление',
      dryRun: false,
      rules: ruleSetBody.parse(RULES),
    };
    expect(await replica.ruleSet.handle(upgrade, 'person-1')).toMatchObject({
      value: { version: DEFAULT_VERSION + 1, changes: [{ after: { recognition: 'none' }, lines: 1 }] },
    });
  });
});

describe('rules', () => {
  it('that cannot be meant are refused, with the place', () => {
    const request = (rules: object) => ({ expectedVersion: 2, reason: 'x', rules });
    const issuesOf = (rules: object) =>
      replaceRuleSet.safeParse(request(rules)).error?.issues.map(({ path }) => path.join('/'));
    const always = { when: {}, then: 'none', source: 'x' };
    expect(issuesOf({ ...RULES, stockEffect: [always, ...RULES.stockEffect] })).toEqual([
      'rules/stockEffect/1',
    ]);
    const misspelt = { when: { opration: ['sale'] }, then: 'out', source: 'x' };
    expect(issuesOf({ ...RULES, stockEffect: [misspelt] })).toEqual(['rules/stockEffect/0/when']);
    const unknown = { when: { operation: ['sell'] }, then: 'away', source: 'x' };
    expect(issuesOf({ ...RULES, stockEffect: [unknown] })).toEqual([
      'rules/stockEffect/0/when/operation/0',
      'rules/stockEffect/0/then',
    ]);
    expect(issuesOf(RULES)).toBeUndefined();
  });
});
