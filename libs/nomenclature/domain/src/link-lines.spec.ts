import fc from 'fast-check';
import type { CanonicalDocument } from '@potok/retail/document/canonical-document';
import { documentIdOfKey } from '@potok/retail/document/document-id';
import { exampleDocument } from '@potok/retail/document/example';
import { linkLines } from './link-lines';
import type { SoldLine } from './link-lines';
import { identityKeys, saleReferences } from './sale-reference';

const SOLD: readonly SoldLine[] = [
  { lineNo: 1, productNo: 7, quantityMilli: 2000 },
  { lineNo: 2, productNo: 7, quantityMilli: 5000 },
  { lineNo: 3, productNo: 9, quantityMilli: 1000 },
];

describe('lines of a return', () => {
  it('go to the line that the till names, else to that of the product with the most left', () => {
    const lines = [
      { lineNo: 1, productNo: 7, quantityMilli: 1000, originalLineNo: 1 },
      { lineNo: 2, productNo: 7, quantityMilli: 4000 },
      { lineNo: 3, productNo: 9, quantityMilli: 1000 },
    ];
    const { links, findings } = linkLines(lines, SOLD, new Map());
    expect(links.map(({ lineNo, saleLineNo }) => [lineNo, saleLineNo])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(findings).toEqual([]);
  });

  it('that bring more than was sold are noticed by how much, earlier returns included', () => {
    const lines = [{ lineNo: 1, productNo: 9, quantityMilli: 1000 }];
    expect(linkLines(lines, SOLD, new Map([[3, 400]])).findings).toEqual([
      { code: 'returnedMoreThanSold', lineNo: 1, quantityMilli: 400 },
    ]);
    expect(linkLines(lines, SOLD, new Map([[3, 5000]])).findings).toEqual([
      { code: 'returnedMoreThanSold', lineNo: 1, quantityMilli: 1000 },
    ]);
  });

  it('of something that was not sold have no line there', () => {
    const { links, findings } = linkLines([{ lineNo: 4, productNo: 1, quantityMilli: 1 }], SOLD, new Map());
    expect([links, findings]).toEqual([[], [{ code: 'saleNotFound', lineNo: 4 }]]);
  });

  it('bring back too much by exactly what is beyond the sale, whatever the order', () => {
    const quantities = fc.array(fc.integer({ min: 1, max: 3000 }), { maxLength: 6 });
    fc.assert(
      fc.property(quantities, (parts) => {
        const lines = parts.map((quantityMilli, index) => ({
          lineNo: index + 1,
          productNo: 9,
          quantityMilli,
        }));
        const { findings } = linkLines(lines, SOLD, new Map());
        const whole = parts.reduce((sum, part) => sum + part, 0);
        const beyond = findings.reduce((sum, finding) => sum + (finding.quantityMilli ?? 0), 0);
        expect(beyond).toBe(Math.max(0, whole - 1000));
      }),
      { seed: 20_260_302, numRuns: 200 },
    );
  });
});

describe('what a receipt names', () => {
  const of = (change: Partial<CanonicalDocument>) => saleReferences({ ...exampleDocument, ...change });
  const fn = '7380440800123456';

  it('is found by every method that a return has', () => {
    const fiscal = { fn: fn, fd: 77 };
    const vendor = { system: 'evotor', id: '20170228-D58C' };
    expect(of({ returnOf: { method: 'scanned', fiscal } })).toEqual([
      { by: 'fiscal', key: `fn|${fn}#77`, documentId: documentIdOfKey(`fn|${fn}#77`) },
    ]);
    expect(of({ returnOf: { method: 'manual', vendor } })).toEqual([
      { by: 'vendor', key: 'evotor=20170228-D58C' },
    ]);
    const documentId = exampleDocument.documentId;
    expect(of({ returnOf: { method: 'matched', documentId, vendor } }).map(({ by }) => by)).toEqual([
      'documentId',
      'vendor',
    ]);
    expect(of({ returnOf: { method: 'none' } })).toEqual([]);
  });

  it('is the ФПД of 1192, whatever its leading zeros', () => {
    expect(of({ correctsFpd: '0000123456' })).toEqual([{ by: 'fpd', fpd: 123_456 }]);
    expect(of({ correctsFpd: '123456' })).toEqual([{ by: 'fpd', fpd: 123_456 }]);
  });

  it.each([
    ['2026-03-01', '1203'],
    ['01.03.2026', ' 1203 '],
    ['2026-03-01T00:00:00', '01203'],
  ])('is a ФД number of the same ФН on the day of the basis: %s, %s', (basisDate, basisNumber) => {
    const [reference] = of({ correction: { kind: 'unknown', basisDate, basisNumber } });
    expect(reference).toMatchObject({ by: 'basis', key: `fn|${fn}#1203`, localDate: '2026-03-01' });
  });

  it('is nothing where the basis is an order of the authority or has no date', () => {
    expect(of({ correction: { kind: 'unknown', basisDate: '2026-03-01', basisNumber: '12-Б/3' } })).toEqual(
      [],
    );
    expect(of({ correction: { kind: 'unknown', basisNumber: '12' } })).toEqual([]);
  });

  it('is known by the further identities of a document', () => {
    const number = { scheme: 'fn', series: fn, number: 9 };
    const opaque = { scheme: 'evotor', series: 'store', opaqueId: 'id-1' };
    expect(identityKeys([number])).toEqual([]);
    expect(identityKeys([opaque, number])).toEqual(['evotor=id-1', `fn|${fn}#9`]);
    expect(identityKeys([{ scheme: 'agent', series: 'r|1', number: 4 }, number])).toEqual([`fn|${fn}#9`]);
  });
});
