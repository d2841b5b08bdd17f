import type { Recognition, StockEffect } from '@potok/nomenclature-contracts/decided-line';
import type { ProductKind } from '@potok/nomenclature-contracts/product.v1';
import type { ReceiptMeaning } from '@potok/nomenclature-contracts/receipt-meaning';
import type { CanonicalDocument, CanonicalLine } from '@potok/retail/document/canonical-document';
import { exampleDocument } from '@potok/retail/document/example';
import type { Catalogue, CodeTarget } from './catalogue';
import { decideReceipt } from './decide-receipt';
import { DEFAULT_RULE_SET } from './default-rule-set';
import { decidable } from './receipt-document';
import { ORDINARY, purposeOf, receiptMeaningOf, sellerOf } from './receipt-meaning';
import type { ReceiptContext } from './receipt-meaning';
import { RuleInterpreter } from './rule-set';

/**
 * What register-document §5 says of every kind of receipt, worked out by hand: one receipt of one line of 100 roubles,
 * changed in the one respect that a row is about.
 */

const RULES = new RuleInterpreter(DEFAULT_RULE_SET);
const SALE_ID = '11111111-1111-5111-8111-111111111111';

interface Given {
  readonly document?: Partial<CanonicalDocument>;
  readonly line?: Partial<CanonicalLine>;
  readonly context?: Partial<ReceiptContext>;
  readonly productKind?: ProductKind;
  /** It names a receipt, found or not. */
  readonly names?: boolean;
}

type Answer = readonly [StockEffect, Recognition];

const receiptLine: CanonicalLine = {
  lineNo: 1,
  state: 'sold',
  article: '10017',
  quantityMilli: 1000,
  amountKopecks: 10_000,
  paymentMethod: 4,
  subject: 1,
  stockLocationId: 'store-0007',
  stockLocationNo: 7,
};

function meaningOf(given: Given): { answer: Answer; meaning: ReceiptMeaning | null } {
  const line = { ...receiptLine, ...given.line };
  const document = { ...exampleDocument, totalKopecks: 10_000, lines: [line], ...given.document };
  const context = { ...ORDINARY, ...given.context };
  const target: CodeTarget = {
    productNo: 17,
    productId: 'p-17',
    coefficient: { numerator: 1, denominator: 1 },
  };
  const catalogue: Catalogue = {
    barcodes: () => [],
    article: () => target,
    externalCode: () => null,
    kindOf: () => given.productKind ?? 'goods',
  };
  const lines = decideReceipt(decidable(document), { catalogue, rules: RULES }, context).map(
    ({ decided }) => decided,
  );
  const names = given.names ?? context.link !== null;
  const meaning = receiptMeaningOf({ document, ...context, names, findings: [] }, lines);
  return { answer: [lines[0]?.stockEffect ?? 'none', lines[0]?.recognition ?? 'none'], meaning };
}

const link = { documentId: SALE_ID, by: 'fiscal' } as const;
const prepaid = (amountKopecks: number) => ({
  payments: [
    { fiscalKind: 'prepaid' as const, instrument: 'giftCard', amountKopecks },
    { fiscalKind: 'cash' as const, amountKopecks: 10_000 - amountKopecks },
  ],
});
const correction = (kind: 'missedSale' | 'reversal' | 'restatement' | 'unknown') => ({
  form: 'correction' as const,
  correction: { kind },
});

const ROWS: readonly (readonly [string, Given, Answer])[] = [
  // Forms and operations.
  ['a sale', {}, ['out', 'sale']],
  ['a sale on a form of strict accounting', { document: { form: 'strictForm' } }, ['out', 'sale']],
  ['a return', { document: { operation: 'return' } }, ['in', 'sale']],
  ['a purchase from a person (расход)', { document: { operation: 'buy' } }, ['unknown', 'none']],
  ['a purchase taken back', { document: { operation: 'buyReturn' } }, ['unknown', 'none']],
  // Corrections.
  ['a missed sale that nothing explains', { document: correction('missedSale') }, ['unknown', 'sale']],
  ['a correction on a strict form', { document: { form: 'strictFormCorrection' } }, ['unknown', 'sale']],
  [
    'a correction that takes a known sale back',
    { document: { ...correction('reversal'), operation: 'return' }, context: { link } },
    ['in', 'sale'],
  ],
  [
    'a correction that states a known sale anew',
    { document: correction('restatement'), context: { link } },
    ['out', 'sale'],
  ],
  [
    'a service in a correction',
    { document: correction('missedSale'), line: { subject: 4 } },
    ['none', 'sale'],
  ],
  [
    'a prepayment in a correction',
    { document: correction('missedSale'), line: { paymentMethod: 1 } },
    ['none', 'advance'],
  ],
  // 1192 up to ФФД 1.05.
  [
    'the return of a pair that mends an error',
    { document: { operation: 'return', correctsFpd: '0000000012' } },
    ['in', 'sale'],
  ],
  ['the sale of a pair that mends an error', { document: { correctsFpd: '0000000012' } }, ['out', 'sale']],
  // States.
  [
    'a receipt that waits for its fiscal attributes',
    { document: { fiscalState: 'pending' } },
    ['out', 'sale'],
  ],
  ['a receipt without a fiscal drive', { document: { fiscalState: 'nonFiscal' } }, ['out', 'sale']],
  ['a receipt that the drive did not take', { document: { fiscalState: 'failed' } }, ['unknown', 'none']],
  ['a training drive', { document: { fiscalState: 'training' } }, ['none', 'none']],
  ['a cancelled receipt', { document: { businessState: 'cancelled' } }, ['none', 'none']],
  ['a deferred receipt', { document: { businessState: 'deferred' } }, ['none', 'none']],
  ['a voided line', { line: { state: 'voided' } }, ['none', 'none']],
  // 1214.
  ['a prepayment in full', { line: { paymentMethod: 1 } }, ['none', 'advance']],
  ['a prepayment in part', { line: { paymentMethod: 2 } }, ['none', 'advance']],
  ['an advance', { line: { paymentMethod: 3, subject: 10 } }, ['none', 'advance']],
  ['the hand-over of what was paid before', { document: prepaid(10_000) }, ['out', 'transferAgainstAdvance']],
  [
    'the hand-over of what was paid in part before',
    { document: prepaid(3000) },
    ['out', 'transferAgainstAdvance'],
  ],
  ['a part paid now, a part on credit', { line: { paymentMethod: 5 } }, ['out', 'credit']],
  ['a hand-over on credit', { line: { paymentMethod: 6 } }, ['out', 'credit']],
  ['the payment of a credit', { line: { paymentMethod: 7 } }, ['none', 'creditPayment']],
  [
    'a prepayment given back',
    { document: { operation: 'return' }, line: { paymentMethod: 1 } },
    ['none', 'advance'],
  ],
  ['a till that states no 1214', { line: { paymentMethod: undefined } }, ['out', 'sale']],
  // 1212.
  ['excisable goods', { line: { subject: 2 } }, ['out', 'sale']],
  ...[30, 31, 32, 33].map((subject): readonly [string, Given, Answer] => [
    `marked goods (1212 = ${String(subject)})`,
    { line: { subject } },
    ['out', 'sale'],
  ]),
  ['work', { line: { subject: 3 } }, ['none', 'sale']],
  ['a service', { line: { subject: 4 } }, ['none', 'sale']],
  ['a lottery ticket', { line: { subject: 7 } }, ['none', 'sale']],
  ['a lottery prize paid out', { document: { operation: 'buy' }, line: { subject: 8 } }, ['none', 'none']],
  ['a payout', { document: { operation: 'buy' }, line: { subject: 12 } }, ['none', 'none']],
  ['another subject', { line: { subject: 13 } }, ['unknown', 'sale']],
  ['a code that nobody knows yet', { line: { subject: 99 } }, ['unknown', 'sale']],
  ['a till that states no 1212', { line: { subject: undefined } }, ['out', 'sale']],
  // Not own revenue.
  ["an agent's line", { line: { agent: { flags: 64 } } }, ['out', 'agent']],
  ["an agent's service", { line: { agent: { flags: 64 }, subject: 4 } }, ['none', 'agent']],
  ["another organisation's receipt at our register", { context: { seller: 'other' } }, ['none', 'agent']],
  // Products that are no goods.
  [
    'a gift card sold as an advance',
    { line: { paymentMethod: 3, subject: 10 }, productKind: 'giftCard' },
    ['none', 'advance'],
  ],
  ['a gift card sold as goods', { productKind: 'giftCard' }, ['none', 'advance']],
  ['goods paid by a gift card', { document: prepaid(10_000) }, ['out', 'transferAgainstAdvance']],
  ['a service that the till sells as goods', { productKind: 'service' }, ['none', 'sale']],
  // Returns.
  ...(['shelf', 'defect', 'supplier', 'destroy', 'unknown'] as const).map(
    (disposition): readonly [string, Given, Answer] => [
      `a return that goes to: ${disposition}`,
      { document: { operation: 'return' }, line: { disposition } },
      ['in', 'sale'],
    ],
  ),
  ...(['scanned', 'manual', 'matched', 'none'] as const).map((method): readonly [string, Given, Answer] => [
    `a return whose sale was found by: ${method}`,
    { document: { operation: 'return', returnOf: { method } } },
    ['in', 'sale'],
  ]),
  [
    'the return of an exchange',
    { document: { operation: 'return', operationId: 'x-1', part: { index: 1, of: 2 } } },
    ['in', 'sale'],
  ],
  [
    'the sale of an exchange',
    { document: { operationId: 'x-1', part: { index: 2, of: 2 } } },
    ['out', 'sale'],
  ],
];

describe('what each kind of receipt does to the stock and how it counts', () => {
  it.each(ROWS)('%s', (_, given, answer) => {
    expect(meaningOf(given).answer).toEqual(answer);
  });
});

const WHOLE: readonly (readonly [string, Given, ReceiptMeaning | null])[] = [
  ['an ordinary sale says nothing', {}, null],
  ['a return without a sale', { document: { operation: 'return' } }, { purpose: 'customerReturn' }],
  [
    'a return of a known sale',
    { document: { operation: 'return' }, context: { link } },
    { purpose: 'customerReturn', saleDocumentId: SALE_ID, linkedBy: 'fiscal' },
  ],
  [
    'a return of a sale that is not here',
    { document: { operation: 'return' }, names: true },
    { purpose: 'customerReturn', findings: [{ code: 'saleNotFound', lineNo: null }] },
  ],
  [
    'the return of a mending pair is no customer return',
    { document: { operation: 'return', correctsFpd: '12' }, context: { link: { ...link, by: 'fpd' } } },
    { purpose: 'mendsError', saleDocumentId: SALE_ID, linkedBy: 'fpd' },
  ],
  [
    'the sale of a mending pair is no further purchase',
    { document: { correctsFpd: '12' } },
    { purpose: 'mendsError' },
  ],
  ['a hand-over says what was paid before', { document: prepaid(3000) }, { prepaidKopecks: 3000 }],
  ["another organisation's receipt", { context: { seller: 'other' } }, { seller: 'other' }],
  [
    'a correction that nothing explains',
    { document: correction('unknown') },
    { purpose: 'correction', undecided: true, findings: [{ code: 'correctionNotLinked', lineNo: null }] },
  ],
  [
    'a correction without lines that nothing explains',
    { document: { ...correction('unknown'), lines: [] } },
    { purpose: 'correction', undecided: true, findings: [{ code: 'correctionNotLinked', lineNo: null }] },
  ],
  [
    'a correction of services alone',
    { document: correction('missedSale'), line: { subject: 4 } },
    { purpose: 'correction' },
  ],
  [
    'a linked correction',
    { document: correction('reversal'), context: { link } },
    { purpose: 'correction', saleDocumentId: SALE_ID, linkedBy: 'fiscal' },
  ],
  [
    'a purchase from a person',
    { document: { operation: 'buy' } },
    { undecided: true, findings: [{ code: 'effectUnknown', lineNo: 1 }] },
  ],
];

describe('what each kind of receipt is as a whole', () => {
  it.each(WHOLE)('%s', (_, given, meaning) => {
    expect(meaningOf(given).meaning).toEqual(meaning);
  });

  it('a correction that states a ФПД too is a correction', () => {
    expect(purposeOf({ ...exampleDocument, ...correction('reversal'), correctsFpd: '12' })).toBe(
      'correction',
    );
  });

  it('calls a seller a stranger only where it is stated and the chain is known', () => {
    const of = (sellerInn: string | undefined, own: readonly string[]) =>
      sellerOf({ ...exampleDocument, fiscal: { ...exampleDocument.fiscal, sellerInn } }, new Set(own));
    expect(of('7707083893', ['7707083893', '7736050003'])).toBe('own');
    expect(of('7736050003', ['7707083893', '7736050003'])).toBe('own');
    expect(of('7728168971', ['7707083893'])).toBe('other');
    expect(of(undefined, ['7707083893'])).toBe('own');
    expect(of('7728168971', [])).toBe('own');
  });
});

describe('prepayment, then hand-over', () => {
  it('are one turnover: what was paid in advance counts when the goods go', () => {
    const receipts = [meaningOf({ line: { paymentMethod: 1 } }), meaningOf({ document: prepaid(10_000) })];
    const turnover = receipts.filter(({ answer: [, recognition] }) =>
      ['sale', 'transferAgainstAdvance', 'credit'].includes(recognition),
    );
    const moved = receipts.filter(({ answer: [effect] }) => effect === 'out');
    expect([turnover.length, moved.length]).toEqual([1, 1]);
    expect(turnover[0]?.meaning?.prepaidKopecks).toBe(10_000);
  });
});
