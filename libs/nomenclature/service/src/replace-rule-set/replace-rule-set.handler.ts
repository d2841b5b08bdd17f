import { fail, ok } from '@potok/kernel/result';
import type { Result } from '@potok/kernel/result';
import type { ReplaceRuleSet, RuleSetAnswer } from '@potok/nomenclature-contracts/rule-set';
import { DEFAULT_RULE_SET } from '@potok/nomenclature-domain/default-rule-set';
import { RuleInterpreter } from '@potok/nomenclature-domain/rule-set';
import type { RuleSet } from '@potok/nomenclature-domain/rule-set';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import type { CatalogueIndex } from '../catalogue/catalogue-index';
import type { Rules } from '../catalogue/rule-set.repository';
import { readLatestReceipts } from '../storage/latest-receipts';
import { compareRules } from './compare-rules';

/** Receipts that both sets of rules are tried on. */
const SAMPLE_MAX = 5_000;

export interface RuleSetDesk {
  readonly database: Transactor;
  readonly catalogue: CatalogueIndex;
  readonly rules: Rules;
}

export interface RuleSetChanged {
  readonly code: 'ruleSetChanged';
  readonly version: number;
}

/**
 * New rules for the receipts that come from now on: what was decided stays as it was decided. They are tried on the
 * latest receipts first, and the answer says what becomes different.
 */
export class ReplaceRuleSetHandler {
  constructor(private readonly desk: RuleSetDesk) {}

  inForce(): Promise<RuleSet> {
    return this.desk.database.tx(async (tx) => (await this.desk.rules.current(tx)).ruleSet);
  }

  handle(request: ReplaceRuleSet, by: string): Promise<Result<RuleSetAnswer, RuleSetChanged>> {
    return this.desk.database.tx(async (tx) => {
      await tx.query('LOCK TABLE rule_set IN SHARE ROW EXCLUSIVE MODE');
      const before = await this.desk.rules.current(tx);
      if (before.ruleSet.version !== request.expectedVersion) {
        return fail({ code: 'ruleSetChanged', version: before.ruleSet.version });
      }
      const version = Math.max(before.ruleSet.version, DEFAULT_RULE_SET.version) + 1;
      const after = new RuleInterpreter({ ...request.rules, version });
      await this.desk.catalogue.refresh(tx);
      const compared = compareRules(await readLatestReceipts(tx, SAMPLE_MAX), {
        before,
        after,
        kindOf: (productNo) => this.desk.catalogue.kindOf(productNo),
      });
      if (!request.dryRun) await store(tx, request, { version, by });
      return ok({ version, applied: !request.dryRun, ...compared });
    });
  }
}

async function store(
  tx: Tx,
  { rules, reason }: ReplaceRuleSet,
  { version, by }: { readonly version: number; readonly by: string },
): Promise<void> {
  await tx.query('INSERT INTO rule_set (version, rules, created_by, reason) VALUES ($1, $2::jsonb, $3, $4)', [
    version,
    JSON.stringify(rules),
    by,
    reason,
  ]);
}
