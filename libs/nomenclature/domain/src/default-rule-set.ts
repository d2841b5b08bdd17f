import type { RuleSet } from './rule-set';

const FFD = 'ФФД, приказ ФНС ЕД-7-20/662@';
const MEANING = 'register-document §5';
const MEMORY = `[M] ${MEANING}`;

/** 1212: works, services, bets, payments, fees and what else is no thing that stands on a shelf. */
const NOT_GOODS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27];
/** 1212: goods, excisable goods, and the four kinds of marked goods. */
const GOODS = [1, 2, 30, 31, 32, 33];
/** 1214: prepayment in full and in part, advance, payment of a credit: the goods move with another receipt. */
const MONEY_ONLY = [1, 2, 3, 7];
/** 1214: settlement in full, in part with credit, hand-over on credit. */
const HAND_OVER = [4, 5, 6];
const CORRECTIONS = ['correction', 'strictFormCorrection'];
const BUYING = ['buy', 'buyReturn'];

/**
 * The rules of a new installation; one that has receipts already keeps those that it decided by until they are replaced
 * (PUT /v1/nomenclature/rule-set). Receipts of tills before ФФД 1.05 state neither 1214 nor 1212: goods, paid in full.
 * The fiscal states `fiscal`, `pending` and `nonFiscal` are decided alike: a webhook comes before the fiscal copy, which
 * then only binds its identity and posts nothing again.
 */
export const DEFAULT_RULE_SET: RuleSet = {
  version: 2,
  defaults: { paymentMethod: 4, subject: 1 },
  stockEffect: [
    { when: { lineState: ['voided'] }, then: 'none', source: `${MEANING}: voided lines are out of sums` },
    { when: { businessState: ['cancelled', 'deferred'] }, then: 'none', source: MEANING },
    { when: { fiscalState: ['training'] }, then: 'none', source: `${MEANING}: МГМ drives` },
    { when: { fiscalState: ['failed'] }, then: 'unknown', source: MEMORY },
    {
      when: { seller: ['other'] },
      then: 'none',
      source: `[M] the goods of another organisation (1018) are not in this stock; drop the rule where they are kept here`,
    },
    { when: { productKind: ['service'] }, then: 'none', source: 'the product says that it is no goods' },
    {
      when: { productKind: ['giftCard'] },
      then: 'none',
      source:
        '[M] a gift card is money taken in advance; drop the rule where blank cards are counted as goods',
    },
    {
      when: { subject: NOT_GOODS },
      then: 'none',
      source: `${FFD}, table of 1212; 12 is a payout since 1.2 (up to 1.1 a composite: make it unknown where it occurs)`,
    },
    { when: { paymentMethod: MONEY_ONLY }, then: 'none', source: MEMORY },
    {
      when: { form: CORRECTIONS, linked: ['no'] },
      then: 'unknown',
      source: `${MEANING}: until linked or decided by a person`,
    },
    { when: { operation: BUYING }, then: 'unknown', source: `${MEANING}: a person decides` },
    { when: { operation: ['sale'], subject: GOODS, paymentMethod: HAND_OVER }, then: 'out', source: MEMORY },
    {
      when: { operation: ['return'], subject: GOODS, paymentMethod: HAND_OVER },
      then: 'in',
      source:
        '[M] whatever the disposition: what is defective comes back into the location too and leaves it by a write-off; ' +
        'a chain whose returns go straight to the supplier or are destroyed adds a rule by `disposition` before this one',
    },
  ],
  recognition: [
    { when: { lineState: ['voided'] }, then: 'none', source: MEANING },
    { when: { businessState: ['cancelled', 'deferred'] }, then: 'none', source: MEANING },
    { when: { fiscalState: ['training', 'failed'] }, then: 'none', source: MEANING },
    { when: { operation: BUYING }, then: 'none', source: '[M] an expense (расход) is no turnover' },
    { when: { agent: ['yes'] }, then: 'agent', source: `${MEANING}: not own revenue or VAT` },
    {
      when: { seller: ['other'] },
      then: 'agent',
      source: "[M] another organisation's revenue, counted like an agent's",
    },
    {
      when: { productKind: ['giftCard'] },
      then: 'advance',
      source:
        '[M] a gift card that the till sells as goods (1214 = 4) is an advance like one sold with 1214 = 3',
    },
    { when: { paymentMethod: [1, 2, 3] }, then: 'advance', source: `${FFD}, table of 1214` },
    { when: { paymentMethod: [5, 6] }, then: 'credit', source: `${FFD}, table of 1214` },
    { when: { paymentMethod: [7] }, then: 'creditPayment', source: `${FFD}, table of 1214` },
    { when: { paymentMethod: [4], prepaid: ['yes'] }, then: 'transferAgainstAdvance', source: MEMORY },
    { when: { paymentMethod: [4] }, then: 'sale', source: `${FFD}, table of 1214` },
  ],
};
