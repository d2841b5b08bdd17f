import type { CanonicalDocument } from '@potok/retail/document/canonical-document';
import { exampleDocument } from '@potok/retail/document/example';
import { decideLines } from './decide-lines';
import { sumsOf, vatFiguresOf } from './figures';
import { standsForOperation } from './operations';
import { purposeOf, readReceipt } from './read-receipt';
import type { LineDecision } from './read-receipt';
import { taxWithin } from './vat';
import { VAT_RATE_CODE } from './codes';

const [firstLine, secondLine] = exampleDocument.lines;
if (firstLine === undefined || secondLine === undefined) throw new Error('the example has two lines');

/** 179,80 of milk and 80,00 of bread, both 10 %. */
function document(change: Partial<CanonicalDocument>): CanonicalDocument {
  return { ...exampleDocument, ...change };
}

function decided(recognitions: readonly string[]): LineDecision[] {
  return recognitions.map((recognition, index) => ({
    lineNo: index + 1,
    productNo: index + 1,
    quantityMilli: 1000,
    stockEffect: 'out',
    recognition,
  }));
}

const SALE = decided(['sale', 'sale']);

describe('what a receipt adds to its day', () => {
  it('is its turnover, whether paid now, before or later', () => {
    expect(sumsOf(readReceipt(document({}), SALE, true))).toMatchObject({
      lines: 2,
      totalKopecks: 25_980,
      revenueKopecks: 25_980,
    });
    const mixed = readReceipt(document({}), decided(['transferAgainstAdvance', 'credit']), true);
    expect(sumsOf(mixed)).toMatchObject({ revenueKopecks: 25_980, advanceKopecks: 0 });
  });

  it('keeps money apart that is no turnover: advances, payments of credits, what is sold for others', () => {
    const apart = (recognition: string) =>
      sumsOf(readReceipt(document({}), decided([recognition, 'sale']), true));
    expect(apart('advance')).toMatchObject({ revenueKopecks: 8_000, advanceKopecks: 17_980 });
    expect(apart('creditPayment')).toMatchObject({ revenueKopecks: 8_000, creditPaymentKopecks: 17_980 });
    expect(apart('agent')).toMatchObject({ revenueKopecks: 8_000, agentKopecks: 17_980 });
    expect(apart('none')).toMatchObject({ revenueKopecks: 8_000, otherKopecks: 17_980 });
  });

  it('is negative for a return and for what is bought from people', () => {
    const returned = readReceipt(document({ operation: 'return' }), SALE, true);
    expect(sumsOf(returned)).toMatchObject({ revenueKopecks: -25_980, totalKopecks: -25_980 });
    expect(returned.payments.join()).toBe('34,-25980,0');
    expect(readReceipt(document({ operation: 'buyReturn' }), SALE, true).totalKopecks).toBe(25_980);
  });

  it('leaves voided lines out, and counts a total without lines as turnover of no product', () => {
    const voided = document({ lines: [firstLine, { ...secondLine, state: 'voided' }], totalKopecks: 17_980 });
    expect(sumsOf(readReceipt(voided, SALE, true))).toMatchObject({ lines: 1, revenueKopecks: 17_980 });
    const bare = readReceipt(document({ lines: [], totalKopecks: 500 }), [], true);
    expect(sumsOf(bare)).toMatchObject({ lines: 0, revenueKopecks: 500, unitemisedKopecks: 500 });
    const lines = decided(['sale']).map((line) => ({ ...line, amountKopecks: 300 }));
    const explained = decideLines(bare, lines);
    expect(sumsOf(explained)).toMatchObject({ lines: 1, revenueKopecks: 500, unitemisedKopecks: 200 });
  });

  it('is nothing once it is withdrawn, cancelled or a training', () => {
    expect(readReceipt(document({}), SALE, false).counted).toBe(false);
    expect(readReceipt(document({ businessState: 'cancelled' }), SALE, true).counted).toBe(false);
    expect(readReceipt(document({ fiscalState: 'training' }), SALE, true).counted).toBe(false);
    expect(readReceipt(document({ fiscalState: 'nonFiscal' }), SALE, true).counted).toBe(true);
  });

  it('falls on the business date, its VAT on the local date unless the clock cannot be believed', () => {
    const day = (date: string) => Date.parse(date) / 86_400_000;
    const time = { ...exampleDocument.time, businessDate: '2026-03-02', localDate: '2099-12-31' };
    const far = readReceipt(document({ time: { ...time, timeQuality: 'implausible' } }), SALE, true);
    expect([far.businessDay, far.localDay]).toEqual([day('2026-03-02'), day('2026-03-02')]);
    const night = { ...time, localDate: '2026-03-03' };
    expect(readReceipt(document({ time: night }), SALE, true).localDay).toBe(day('2026-03-03'));
  });
});

describe('what a receipt is for', () => {
  it('tells a customer’s return from what mends an error', () => {
    expect(purposeOf(document({}))).toBe('purchase');
    expect(purposeOf(document({ operation: 'return' }))).toBe('customerReturn');
    expect(purposeOf(document({ operation: 'return', correctsFpd: '0123456789' }))).toBe('mendsError');
    expect(purposeOf(document({ form: 'correction' }))).toBe('correction');
  });
});

describe('VAT', () => {
  const rate = (name: string) => VAT_RATE_CODE.get(name) ?? 0;

  it('is contained in the amount, half a kopeck up, and exact for the largest sums', () => {
    expect(taxWithin(11_000, rate('10'))).toBe(1_000);
    expect(taxWithin(12_200, rate('22'))).toBe(2_200);
    expect(taxWithin(12_000, rate('20/120'))).toBe(2_000);
    // 5 × 10 / 110 = 0.4545…; 3 × 20 / 120 = 0.5
    expect([taxWithin(5, rate('10')), taxWithin(3, rate('20')), taxWithin(-3, rate('20'))]).toEqual([
      0, 1, -1,
    ]);
    expect(taxWithin(10_000_000_000_000, rate('22'))).toBe(1_803_278_688_525);
    expect(taxWithin(500, rate('none'))).toBe(0);
  });

  it('is taken as documents state it; where one line of a rate states none, from the sum of the rate', () => {
    const vat = { rate: '10' as const, origin: 'stated' as const };
    const lines = (first: number | null, second: number | null) => [
      { ...firstLine, vat: { ...vat, amountKopecks: first } },
      { ...secondLine, vat: { ...vat, amountKopecks: second } },
    ];
    const of = (change: Partial<CanonicalDocument>, decisions = SALE) =>
      vatFiguresOf(readReceipt(document(change), decisions, true));
    const common = { rate: rate('10'), turnoverKopecks: 25_980 };
    expect(of({ lines: lines(1_635, 727) })).toEqual([
      { ...common, statedKopecks: 2_362, derivedKopecks: 0 },
    ]);
    // 25980 × 10 / 110 = 2361.8
    expect(of({ lines: lines(1_635, null) })).toEqual([
      { ...common, statedKopecks: 0, derivedKopecks: 2_362 },
    ]);
    const vatTotals = [{ rate: '10' as const, amountKopecks: 2_361 }];
    expect(of({ vatTotals })).toEqual([{ ...common, statedKopecks: 2_361, derivedKopecks: 0 }]);
    expect(of({ lines: lines(null, null) }, decided(['agent', 'sale']))).toEqual([
      { rate: rate('10'), turnoverKopecks: 8_000, statedKopecks: 0, derivedKopecks: 727 },
    ]);
  });
});

describe('an operation of several receipts', () => {
  it('is counted at its first purchase, else at its first receipt that counts', () => {
    const part = (receiptSeq: number, operation: number, purpose = 0, counted = true) => ({
      receiptSeq,
      operation,
      purpose,
      counted,
    });
    const chosen = (...parts: ReturnType<typeof part>[]) => standsForOperation(parts)?.receiptSeq ?? null;
    expect(chosen(part(4, 2, 1), part(7, 1), part(9, 1))).toBe(7);
    expect(chosen(part(3, 1, 2), part(5, 1))).toBe(5);
    expect(chosen(part(4, 1, 0, false), part(7, 2, 1))).toBe(7);
    expect(chosen(part(4, 1, 0, false))).toBeNull();
  });
});
