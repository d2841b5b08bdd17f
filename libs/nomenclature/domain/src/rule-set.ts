import type { Recognition, StockEffect } from '@potok/nomenclature-contracts/decided-line';

/** What a rule may ask about a line and its receipt. Codes are the numbers of the ФФД; `yes`/`no` for the rest. */
export interface LineFacts {
  readonly form: string;
  readonly operation: string;
  readonly fiscalState: string;
  readonly businessState: string;
  readonly lineState: string;
  /** 1214. */
  readonly paymentMethod: number;
  /** 1212. */
  readonly subject: number;
  /** The line is an agent's (1222). */
  readonly agent: 'yes' | 'no';
  /** The receipt settles against an advance (1215). */
  readonly prepaid: 'yes' | 'no';
}

export type Conditions = { readonly [Fact in keyof LineFacts]?: readonly LineFacts[Fact][] };

/** The first rule whose conditions all hold decides. */
export interface Rule<Outcome> {
  readonly when: Conditions;
  readonly then: Outcome;
  /** Where it comes from: the law's table, or [M] = from memory, to be confirmed by the chain's accountant. */
  readonly source: string;
}

/** Data, kept by version in the service's schema: a chain may replace it. */
export interface RuleSet {
  readonly version: number;
  /** Taken where the line does not say. */
  readonly defaults: { readonly paymentMethod: number; readonly subject: number };
  readonly stockEffect: readonly Rule<StockEffect>[];
  readonly recognition: readonly Rule<Recognition>[];
}

export interface Meaning {
  readonly stockEffect: StockEffect;
  readonly recognition: Recognition;
}

/** Decides by the rules; a line that no rule knows has an unknown effect and counts as nothing until a person says. */
export class RuleInterpreter {
  /** Few combinations occur: each is decided once. */
  private readonly decided = new Map<string, Meaning>();

  constructor(readonly ruleSet: RuleSet) {}

  decide(facts: LineFacts): Meaning {
    const key = Object.values(facts).join('|');
    const known = this.decided.get(key);
    if (known !== undefined) return known;
    const meaning: Meaning = {
      stockEffect: firstOf(this.ruleSet.stockEffect, facts) ?? 'unknown',
      recognition: firstOf(this.ruleSet.recognition, facts) ?? 'none',
    };
    this.decided.set(key, meaning);
    return meaning;
  }
}

function firstOf<Outcome>(rules: readonly Rule<Outcome>[], facts: LineFacts): Outcome | null {
  return rules.find((rule) => holds(rule.when, facts))?.then ?? null;
}

function holds(conditions: Conditions, facts: LineFacts): boolean {
  return (Object.keys(conditions) as (keyof LineFacts)[]).every((fact) => {
    const allowed: readonly unknown[] | undefined = conditions[fact];
    return allowed === undefined || allowed.includes(facts[fact]);
  });
}
