import { DEFAULT_RULE_SET } from '@potok/nomenclature-domain/default-rule-set';
import { RuleInterpreter } from '@potok/nomenclature-domain/rule-set';
import type { RuleSet } from '@potok/nomenclature-domain/rule-set';
import type { Tx } from '@potok/platform-postgres/tx';

/** The rules in force: the highest version of the table, the default rules in a new installation. */
export class Rules {
  private interpreter = new RuleInterpreter(DEFAULT_RULE_SET);

  /** As this transaction sees them. */
  async current(tx: Tx): Promise<RuleInterpreter> {
    const { rows } = await tx.query<{ version: number | null }>(
      'SELECT max(version) AS version FROM rule_set',
    );
    const version = rows[0]?.version ?? DEFAULT_RULE_SET.version;
    if (version !== this.interpreter.ruleSet.version) this.interpreter = await this.read(tx, version);
    return this.interpreter;
  }

  private async read(tx: Tx, version: number): Promise<RuleInterpreter> {
    const { rows } = await tx.query<{ rules: RuleSet }>('SELECT rules FROM rule_set WHERE version = $1', [
      version,
    ]);
    return new RuleInterpreter({ ...(rows[0]?.rules ?? DEFAULT_RULE_SET), version });
  }
}
