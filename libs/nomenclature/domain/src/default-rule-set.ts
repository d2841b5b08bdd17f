import type { RuleSet } from './rule-set';

const FFD = 'ФФД, приказ ФНС ЕД-7-20/662@';
const MEMORY = '[M] register-document §5';

/** 1212: works, services, bets, payments, fees and what else is no thing that stands on a shelf. */
const NOT_GOODS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27];
/** 1212: goods, excisable goods, and the four kinds of marked goods. */
const GOODS = [1, 2, 30, 31, 32, 33];
/** 1214: prepayment in full and in part, advance, payment of a credit: the goods move with another receipt. */
const MONEY_ONLY = [1, 2, 3, 7];
/** 1214: settlement in full, in part with credit, hand-over on credit. */
const HAND_OVER = [4, 5, 6];

/** The rules of a new installation. Receipts of tills before ФФД 1.05 state neither 1214 nor 1212: goods, paid in full. */
export const DEFAULT_RULE_SET: RuleSet = {
  version: 1,
  defaults: { paymentMethod: 4, subject: 1 },
  stockEffect: [
    {
      when: { lineState: ['voided'] },
      then: 'none',
      source: 'register-document §5: voided lines are out of sums',
    },
    { when: { businessState: ['cancelled', 'deferred'] }, then: 'none', source: 'register-document §5' },
    { when: { fiscalState: ['training'] }, then: 'none', source: 'register-document §5: МГМ drives' },
    { when: { fiscalState: ['failed'] }, then: 'unknown', source: MEMORY },
    {
      when: { form: ['correction', 'strictFormCorrection'] },
      then: 'unknown',
      source: 'register-document §5: until linked or decided by a person',
    },
    { when: { operation: ['buy', 'buyReturn'] }, then: 'unknown', source: MEMORY },
    { when: { subject: NOT_GOODS }, then: 'none', source: `${FFD}, table of 1212` },
    { when: { paymentMethod: MONEY_ONLY }, then: 'none', source: MEMORY },
    { when: { operation: ['sale'], subject: GOODS, paymentMethod: HAND_OVER }, then: 'out', source: MEMORY },
    { when: { operation: ['return'], subject: GOODS, paymentMethod: HAND_OVER }, then: 'in', source: MEMORY },
  ],
  recognition: [
    { when: { lineState: ['voided'] }, then: 'none', source: 'register-document §5' },
    { when: { businessState: ['cancelled', 'deferred'] }, then: 'none', source: 'register-document §5' },
    { when: { fiscalState: ['training', 'failed'] }, then: 'none', source: 'register-document §5' },
    { when: { agent: ['yes'] }, then: 'agent', source: 'register-document §5: not own revenue or VAT' },
    { when: { paymentMethod: [1, 2, 3] }, then: 'advance', source: `${FFD}, table of 1214` },
    { when: { paymentMethod: [5, 6] }, then: 'credit', source: `${FFD}, table of 1214` },
    { when: { paymentMethod: [7] }, then: 'creditPayment', source: `${FFD}, table of 1214` },
    { when: { paymentMethod: [4], prepaid: ['yes'] }, then: 'transferAgainstAdvance', source: MEMORY },
    { when: { paymentMethod: [4] }, then: 'sale', source: `${FFD}, table of 1214` },
  ],
};
