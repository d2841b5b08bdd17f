import type { Recognition, StockEffect } from '@potok/nomenclature-contracts/decided-line';
import type { ProductKind } from '@potok/nomenclature-contracts/product.v1';
import { dispositions, productKinds } from '@potok/nomenclature-contracts/rule-set';
import type { correctionKinds, lineStates, purposes } from '@potok/nomenclature-contracts/rule-set';

/** What a rule may ask about a line and its receipt. Codes are the numbers of the ФФД; `yes`/`no` for the rest. */
export interface LineFacts {
  readonly form: string;
  readonly operation: string;
  readonly fiscalState: string;
  readonly businessState: string;
  readonly purpose: (typeof purposes)[number];
  /** What a correction mends. */
  readonly correctionKind: (typeof correctionKinds)[number];
  /** The receipt that it returns, mends or corrects was found. */
  readonly linked: 'yes' | 'no';
  /** Whose receipt it is: 1018 names an organisation that is none of the chain's. */
  readonly seller: 'own' | 'other';
  readonly lineState: (typeof lineStates)[number];
  /** Where a returned thing goes. */
  readonly disposition: (typeof dispositions)[number];
  /** Of the matched product; goods while nobody knows it. */
  readonly productKind: ProductKind;
  /** 1214. */
  readonly paymentMethod: number;
  /** 1212. */
  readonly subject: number;
  /** The line is an agent's (1222). */
  readonly agent: 'yes' | 'no';
  /** The receipt settles against an advance (1215). */
  readonly prepaid: 'yes' | 'no';
}

export type Conditions = { readonly [Fact in keyof LineFacts]?: readonly LineFacts[Fact][] | undefined };

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

/** The facts that all lines of a receipt share, and those of one line. */
export type OwnLineFacts = Pick<
  LineFacts,
  'lineState' | 'disposition' | 'productKind' | 'paymentMethod' | 'subject' | 'agent'
>;
export type ReceiptFacts = Omit<LineFacts, keyof OwnLineFacts>;

/** Decides by the rules; a line that no rule knows has an unknown effect and counts as nothing until a person says. */
export class RuleInterpreter {
  /** Few kinds of receipts occur, and few kinds of lines in each: every combination is decided once. */
  private readonly receipts = new Map<string, ReceiptRules>();

  constructor(readonly ruleSet: RuleSet) {}

  /** The rules as they stand for the lines of such a receipt. */
  forReceipt(facts: ReceiptFacts): ReceiptRules {
    const key =
      `${facts.form}|${facts.operation}|${facts.fiscalState}|${facts.businessState}|${facts.prepaid}|` +
      `${facts.purpose}|${facts.correctionKind}|${facts.linked}|${facts.seller}`;
    const known = this.receipts.get(key);
    if (known !== undefined) return known;
    const rules = new ReceiptRules(this.ruleSet, facts);
    this.receipts.set(key, rules);
    return rules;
  }
}

/** Codes of 1212 and 1214 are far below it. */
const CODE_RANGE = 100_000;

export class ReceiptRules {
  private readonly decided = new Map<number, Meaning>();

  constructor(
    readonly ruleSet: RuleSet,
    private readonly facts: ReceiptFacts,
  ) {}

  decide(line: OwnLineFacts): Meaning {
    const key = keyOf(line);
    const known = this.decided.get(key);
    if (known !== undefined) return known;
    const facts: LineFacts = { ...this.facts, ...line };
    const meaning: Meaning = {
      stockEffect: firstOf(this.ruleSet.stockEffect, facts) ?? 'unknown',
      recognition: firstOf(this.ruleSet.recognition, facts) ?? 'none',
    };
    this.decided.set(key, meaning);
    return meaning;
  }
}

/** A number for each combination: cheaper than a text, and it is made for every line of the chain. */
function keyOf(line: OwnLineFacts): number {
  let key = line.paymentMethod * CODE_RANGE + line.subject;
  key =
    key * dispositions.length + (line.disposition === 'none' ? 0 : dispositions.indexOf(line.disposition));
  key =
    key * productKinds.length + (line.productKind === 'goods' ? 0 : productKinds.indexOf(line.productKind));
  return key * 4 + (line.agent === 'yes' ? 2 : 0) + (line.lineState === 'voided' ? 1 : 0);
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
