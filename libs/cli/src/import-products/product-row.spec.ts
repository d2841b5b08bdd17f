import { readHeader } from './product-columns';
import { readProduct } from './product-row';

const TITLES = ['Код', 'Артикул', 'Наименование', 'Штрих-код', 'Ед.', 'Ставка НДС', 'Цена, руб', 'Весовой'];
const header = readHeader([...TITLES.slice(0, 6), 'Цена (руб.)', 'Весовой']);

function read(
  cells: Partial<
    Record<'code' | 'article' | 'name' | 'barcode' | 'unit' | 'vat' | 'price' | 'weighed', string>
  >,
) {
  const { code = '', article = '', name = 'Хлеб', barcode = '', unit = '', vat = '', price = '' } = cells;
  return readProduct(header, [code, article, name, barcode, unit, vat, price, cells.weighed ?? '']);
}

function productOf(cells: Parameters<typeof read>[0]): Readonly<Record<string, unknown>> {
  const result = read(cells);
  if (!result.ok) throw new Error(`${String(result.rejection.field)}: ${result.rejection.message}`);
  return result.product;
}

function rejectionOf(cells: Parameters<typeof read>[0]) {
  const result = read(cells);
  return result.ok ? null : { code: result.rejection.code, field: result.rejection.field };
}

describe('The header of a product file', () => {
  it('is read in Russian and in English, and what it does not know is named', () => {
    const english = readHeader(['productId', 'Name', 'BARCODES', 'vat_rate', 'shelf', 'name']);
    expect([...english.places.keys()]).toEqual(['productId', 'name', 'barcodes', 'vatRate']);
    expect(english).toMatchObject({ unknown: ['shelf'], repeated: ['name'] });
    expect([...header.places.keys()]).toEqual([
      'productId',
      'article',
      'name',
      'barcodes',
      'unit',
      'vatRate',
      'price',
      'weighed',
    ]);
  });
});

describe('A row of a product file', () => {
  it('becomes a product with units, rate, price and barcodes; empty cells are left out', () => {
    const cells = {
      code: '00-17',
      barcode: '4600682000013|46002, 46003',
      unit: 'кг',
      vat: 'НДС 10%',
      weighed: 'да',
    };
    expect(productOf({ ...cells, price: '1 234,5' })).toEqual({
      productId: '00-17',
      name: 'Хлеб',
      barcodes: [{ barcode: '4600682000013' }, { barcode: '46002' }, { barcode: '46003' }],
      unit: 'kilogram',
      vatRate: '10',
      priceKopecks: 123_450,
      weighed: true,
    });
  });

  it('takes its id from the article, else from the first barcode, the same at each import', () => {
    expect(productOf({ article: '10017' })['productId']).toBe('p-10017');
    expect(productOf({ barcode: '4600682000013' })['productId']).toBe('b-4600682000013');
    const derived = productOf({ article: 'АРТ/17' })['productId'];
    expect(derived).toMatch(/^p-[0-9a-f]{32}$/);
    expect(productOf({ article: 'АРТ/17' })['productId']).toBe(derived);
    expect(productOf({ article: 'АРТ/18' })['productId']).not.toBe(derived);
  });

  it.each([
    ['99', 9_900],
    ['99,9', 9_990],
    ['99.90', 9_990],
    ['1 234,50 ₽', 123_450],
    ['0,01', 1],
    ['12,9000', 1_290],
  ])('reads the price %s as %i kopecks', (price, kopecks) => {
    expect(productOf({ code: '1', price })['priceKopecks']).toBe(kopecks);
  });

  it.each(['1,234.50', '12,345', '-5', 'договорная', '1e3'])('rejects the price %s', (price) => {
    expect(rejectionOf({ code: '1', price })).toEqual({ code: 'fieldInvalid', field: 'price' });
  });

  it('is rejected with the field at fault', () => {
    expect(rejectionOf({ code: '1', name: '' })).toEqual({ code: 'fieldMissing', field: 'name' });
    expect(rejectionOf({})).toEqual({ code: 'fieldMissing', field: 'productId' });
    expect(rejectionOf({ code: '1', unit: 'ведро' })).toEqual({ code: 'fieldInvalid', field: 'unit' });
    expect(rejectionOf({ code: '1', barcode: '4,60068E+12' })).toEqual({
      code: 'fieldInvalid',
      field: 'barcodes',
    });
    expect(rejectionOf({ code: '1', name: 'я'.repeat(513) })).toEqual({
      code: 'fieldInvalid',
      field: 'name',
    });
    const long = readProduct(header, [...TITLES.map(() => '1'), 'more']);
    expect(long).toMatchObject({ ok: false, rejection: { code: 'columnCount' } });
  });
});
