import { buildCatalogue } from './catalogue';
import { organisationInn, personInn, withEan13CheckDigit } from './check-digit';

/** Worked out the other way round: over all 13 digits the weighted sum is a multiple of ten. */
function isEan13(code: string): boolean {
  const sum = [...code].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return code.length === 13 && sum % 10 === 0;
}

describe('check digits', () => {
  it('are those of well-known codes', () => {
    expect(withEan13CheckDigit('400638133393')).toBe('4006381333931');
    expect(withEan13CheckDigit('590123412345')).toBe('5901234123457');
    expect(organisationInn('770708389')).toBe('7707083893');
    expect(personInn('5001007322')).toBe('500100732259');
  });
});

describe('the catalogue', () => {
  const goods = buildCatalogue();
  const codes = goods.flatMap(({ barcode, pack }) => [
    ...(barcode === null ? [] : [barcode]),
    ...(pack === null ? [] : [pack.barcode]),
  ]);

  it('has at least 300 goods with names, articles and barcodes of their own', () => {
    expect(goods.length).toBeGreaterThanOrEqual(300);
    expect(new Set(goods.map(({ name }) => name)).size).toBe(goods.length);
    expect(new Set(goods.map(({ article }) => article)).size).toBe(goods.length);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('has valid check digits in every barcode', () => {
    expect(codes.filter((code) => !isEan13(code))).toEqual([]);
  });

  it('knows weighed, marked, packed, article-only, late and never known goods and every VAT', () => {
    const count = (test: (good: (typeof goods)[number]) => boolean): number => goods.filter(test).length;
    expect(count(({ weighed }) => weighed)).toBeGreaterThan(20);
    expect(count(({ marking }) => marking !== null)).toBeGreaterThan(50);
    expect(count(({ pack }) => pack !== null)).toBeGreaterThan(8);
    for (const knowledge of ['known', 'articleOnly', 'late', 'never'] as const) {
      expect(count((good) => good.knowledge === knowledge)).toBeGreaterThan(5);
    }
    for (const vat of ['reduced', 'standard', 'none'] as const) {
      expect(count((good) => good.vat === vat)).toBeGreaterThan(0);
    }
  });
});
