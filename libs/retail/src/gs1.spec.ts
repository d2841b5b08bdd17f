import * as fc from 'fast-check';
import {
  checkDigitOf,
  isGtin,
  isWeighedProductCode,
  normalisedBarcode,
  weighedCodeWithoutWeight,
  weighedProductPart,
} from './gs1';

const digits = (length: number) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })
    .map((list) => list.join(''));

describe('GS1 numbers', () => {
  it('knows check digits of printed codes', () => {
    expect(checkDigitOf('460068200001')).toBe(3);
    expect(isGtin('4600682000013')).toBe(true);
    expect(isGtin('4600682000014')).toBe(false);
    expect(isGtin('96385074')).toBe(true);
    expect(isGtin('036000291452')).toBe(true);
    expect(isGtin('460068200001a')).toBe(false);
  });

  it('gives one spelling to one number', () => {
    expect(normalisedBarcode(' 4600682000013 ')).toBe('4600682000013');
    expect(normalisedBarcode('036000291452')).toBe('0036000291452');
    expect(normalisedBarcode('04600682000013')).toBe('4600682000013');
    expect(normalisedBarcode('14600682000010')).toBe('14600682000010');
    expect(normalisedBarcode('010460068200001321kMZbUeDGG')).toBe('4600682000013');
    expect(normalisedBarcode('\u001d010460068200001321kMZbUeDGG')).toBe('4600682000013');
    expect(normalisedBarcode('123456789013')).toBe('123456789013');
    expect(normalisedBarcode('PLU 17')).toBe('PLU 17');
  });

  it('is settled after one step, whatever the code', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ maxLength: 40 }), digits(11), digits(12), digits(13), digits(14)),
        (code) => {
          const once = normalisedBarcode(code);
          expect(normalisedBarcode(once)).toBe(once);
        },
      ),
      { seed: 11, numRuns: 1000 },
    );
  });

  it('finds the product part of every weighed code, and its code without weight', () => {
    fc.assert(
      fc.property(digits(6), digits(5), (product, weight) => {
        const part = `2${product}`;
        const code = `${part}${weight}${String(checkDigitOf(part + weight))}`;
        expect(weighedProductPart(code)).toBe(part);
        expect(weighedProductPart(weighedCodeWithoutWeight(part))).toBe(part);
        expect(isWeighedProductCode(weighedCodeWithoutWeight(part))).toBe(true);
        expect(isWeighedProductCode(part)).toBe(true);
        expect(isWeighedProductCode(code)).toBe(weight === '00000');
      }),
      { seed: 12, numRuns: 500 },
    );
  });

  it('takes no other code for a weighed one', () => {
    expect(weighedProductPart('4600682000013')).toBeNull();
    expect(weighedProductPart('2212345001235')).toBeNull();
    expect(isWeighedProductCode('4600682')).toBe(false);
  });
});
