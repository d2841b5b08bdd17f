import fc from 'fast-check';
import { checkDigitOf } from '@potok/retail/gs1';
import { exampleDocument } from '@potok/retail/document/example';
import type { CanonicalDocument, CanonicalLine } from '@potok/retail/document/canonical-document';
import type { BarcodeEntry, Catalogue } from './catalogue';
import { decideReceipt } from './decide-receipt';
import { DEFAULT_RULE_SET } from './default-rule-set';
import { matchLine } from './match-line';
import { decidable } from './receipt-document';
import { RuleInterpreter } from './rule-set';
import { unmatchedProductId } from './unmatched-product';

const rules = new RuleInterpreter(DEFAULT_RULE_SET);
const SOLD_AT_MS = Date.parse('2026-03-02T09:15:00.000Z');
const PLACE = { storeId: 'store-0007', ledgerAtMs: SOLD_AT_MS, systems: ['fn'] };

function entry(productNo: number, change: Partial<BarcodeEntry> = {}): BarcodeEntry {
  return {
    productNo,
    productId: `p-${String(productNo)}`,
    coefficient: { numerator: 1, denominator: 1 },
    scope: 'chain',
    validFromMs: -Infinity,
    validToMs: Infinity,
    ...change,
  };
}

function catalogue(
  barcodes: Record<string, BarcodeEntry[]>,
  articles: Record<string, number> = {},
): Catalogue {
  return {
    barcodes: (barcode) => barcodes[barcode] ?? [],
    article: (article) => (articles[article] === undefined ? null : entry(articles[article])),
    externalCode: () => null,
    kindOf: () => 'goods',
  };
}

function receipt(change: Partial<CanonicalDocument>, line: Partial<CanonicalLine> = {}): CanonicalDocument {
  const [first] = exampleDocument.lines;
  return { ...exampleDocument, ...change, lines: [{ ...first, ...line } as CanonicalLine] };
}

function meaningOf(document: CanonicalDocument) {
  const [decision] = decideReceipt(decidable(document), { catalogue: catalogue({}), rules });
  return [decision?.decided.stockEffect, decision?.decided.recognition];
}

describe('matching', () => {
  it('goes by barcode, then article, then the sender’s code', () => {
    const known = catalogue({ '4600682000013': [entry(1)] }, { '10017': 2 });
    expect(matchLine({ barcode: '4600682000013', article: '10017' }, PLACE, known)).toMatchObject({
      target: { productNo: 1 },
    });
    expect(matchLine({ barcode: '4600682000020', article: '10017' }, PLACE, known)).toMatchObject({
      target: { productNo: 2 },
      matchedBy: 'article',
    });
    expect(matchLine({ barcode: '4600682000020' }, PLACE, known)).toBeNull();
  });

  it('takes the store’s own code before the chain’s, and only while it is valid', () => {
    const entries = [
      entry(1),
      entry(2, { scope: 'store:store-0007', validToMs: SOLD_AT_MS + 1 }),
      entry(3, { scope: 'store:store-0008' }),
    ];
    const known = catalogue({ '2000001': entries });
    expect(matchLine({ barcode: '2000001' }, PLACE, known)?.target.productNo).toBe(2);
    expect(
      matchLine({ barcode: '2000001' }, { ...PLACE, ledgerAtMs: SOLD_AT_MS + 1 }, known)?.target.productNo,
    ).toBe(1);
    expect(
      matchLine({ barcode: '2000001' }, { ...PLACE, storeId: 'store-0008' }, known)?.target.productNo,
    ).toBe(3);
  });

  it('finds a weighed thing by the part of its code that names it, whatever the weight', () => {
    const known = catalogue({ '2212345': [entry(5)] });
    for (const digits of ['221234501234', '221234509999']) {
      const barcode = digits + String(checkDigitOf(digits));
      expect(matchLine({ barcode }, PLACE, known)?.target.productNo).toBe(5);
    }
  });
});

describe('the default rules', () => {
  it('follow the table of register-document §5', () => {
    expect(meaningOf(receipt({ operation: 'sale' }))).toEqual(['out', 'sale']);
    expect(meaningOf(receipt({ operation: 'return' }))).toEqual(['in', 'sale']);
    expect(meaningOf(receipt({ operation: 'buy' }))).toEqual(['unknown', 'none']);
    expect(meaningOf(receipt({ form: 'correction' }))).toEqual(['unknown', 'sale']);
    expect(meaningOf(receipt({ businessState: 'cancelled' }))).toEqual(['none', 'none']);
    expect(meaningOf(receipt({}, { state: 'voided' }))).toEqual(['none', 'none']);
    expect(meaningOf(receipt({}, { paymentMethod: 1 }))).toEqual(['none', 'advance']);
    expect(meaningOf(receipt({}, { paymentMethod: 6 }))).toEqual(['out', 'credit']);
    expect(meaningOf(receipt({}, { paymentMethod: 7 }))).toEqual(['none', 'creditPayment']);
    expect(meaningOf(receipt({}, { subject: 4 }))).toEqual(['none', 'sale']);
    expect(meaningOf(receipt({}, { subject: 13 }))).toEqual(['unknown', 'sale']);
    expect(meaningOf(receipt({}, { subject: 33 }))).toEqual(['out', 'sale']);
    expect(meaningOf(receipt({}, { agent: { flags: 64 } }))).toEqual(['out', 'agent']);
    const prepaid = [{ fiscalKind: 'prepaid', amountKopecks: 100 }] as const;
    expect(meaningOf(receipt({ payments: [...prepaid] }))).toEqual(['out', 'transferAgainstAdvance']);
  });

  it('take a till that states neither 1214 nor 1212 for goods paid in full', () => {
    const bare = receipt({});
    const { paymentMethod, subject, ...line } = bare.lines[0] as CanonicalLine;
    expect([paymentMethod, subject]).toEqual([4, 1]);
    expect(meaningOf({ ...bare, lines: [line] })).toEqual(['out', 'sale']);
  });
});

describe('a decision', () => {
  it('counts in base units and keeps the amount', () => {
    const pack = entry(1, { coefficient: { numerator: 6, denominator: 1 } });
    const [decision] = decideReceipt(decidable(receipt({})), {
      catalogue: catalogue({ '4600682000013': [pack] }),
      rules,
    });
    expect(decision).toMatchObject({
      unmatched: null,
      decided: { productId: 'p-1', quantityMilli: 12_000, amountKopecks: 17_980, matchedBy: 'barcode' },
    });
  });

  it.each([
    [333, 1, 3, 2000],
    [667, 2, 3, 4000],
    [1000, 1, 3, 2000],
    [333, 1, 7, 857],
    // More parts than a pack has are none of it: then the quantity counts.
    [3000, 3, 1, 18_000],
  ])(
    'counts %i thousandths that are %i/%i of a pack of six as %i',
    (quantityMilli, numerator, denominator, base) => {
      const pack = entry(1, { coefficient: { numerator: 6, denominator: 1 } });
      const [decision] = decideReceipt(
        decidable(receipt({}, { quantityMilli, fraction: { numerator, denominator } })),
        {
          catalogue: catalogue({ '4600682000013': [pack] }),
          rules,
        },
      );
      expect(decision?.decided.quantityMilli).toBe(base);
    },
  );

  it('lets one unmatched product stand for one key and measure, for ever', () => {
    const key = fc.record({
      kind: fc.constantFrom('barcode' as const, 'article' as const, 'name' as const),
      key: fc.string({ maxLength: 20 }),
      measure: fc.constantFrom('', '0', '11', 'кг'),
    });
    fc.assert(
      fc.property(key, key, (one, other) => {
        const same = one.kind === other.kind && one.key === other.key && one.measure === other.measure;
        expect(unmatchedProductId(one) === unmatchedProductId(other)).toBe(same);
        expect(unmatchedProductId(one)).toMatch(/^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/);
      }),
      { seed: 20_260_302, numRuns: 300 },
    );
  });
});
