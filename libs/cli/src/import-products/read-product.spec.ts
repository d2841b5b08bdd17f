import { readHeadings } from './columns';
import type { Headings } from './columns';
import { delimiterOf, encodingOf } from './file-text';
import { readProduct } from './read-product';
import { safeCell } from './rejected-file';

function headings(...cells: string[]): Headings {
  const read = readHeadings(cells);
  if (typeof read === 'string') throw new Error(read);
  return read;
}

describe('headings', () => {
  it('are known in Russian and in English, however they are written', () => {
    expect(headings('Код', 'НАИМЕНОВАНИЕ', 'Штрих-код', 'Ед. изм.', 'ставка НДС', 'Цена', 'Полка')).toEqual({
      columns: ['productId', 'name', 'barcode', 'unit', 'vatRate', 'price', null],
      unknown: ['Полка'],
    });
    expect(headings('product_id', 'Name', 'UPCEAN', 'CategoryID').unknown).toEqual([]);
  });

  it('are refused when a product could not be told or named, or a meaning stands twice', () => {
    expect(readHeadings(['Наименование', 'Штрихкод'])).toContain('productId');
    expect(readHeadings(['Код', 'Штрихкод'])).toContain('наименование');
    expect(readHeadings(['Код', 'ID', 'Наименование'])).toBe('two columns mean productId');
  });
});

describe('a row', () => {
  const known = headings(
    'код',
    'наименование',
    'артикул',
    'штрихкод',
    'коэффициент',
    'единица',
    'ставка ндс',
    'цена',
    'весовой',
  );

  it('states what its cells hold, and nothing for an empty one', () => {
    const cells = [
      '17',
      'Молоко',
      '',
      '4600682000013 4600682000020',
      '0,5',
      'шт.',
      'НДС 10%',
      '1 289,9',
      'нет',
    ];
    expect(readProduct(known, cells)).toEqual({
      productId: '17',
      name: 'Молоко',
      unit: 'piece',
      vatRate: '10',
      priceKopecks: 128_990,
      weighed: false,
      barcodes: [
        { barcode: '4600682000013', coefficient: { numerator: 5, denominator: 10 } },
        { barcode: '4600682000020', coefficient: { numerator: 5, denominator: 10 } },
      ],
    });
  });

  it('gets its id from the article where it has none of its own', () => {
    expect(readProduct(known, ['', 'Хлеб', '10017'])).toEqual({
      productId: 'p-10017',
      name: 'Хлеб',
      article: '10017',
    });
  });

  it.each([
    [['1', 'Хлеб', '', '', '', '', '', '8,999'], 'price'],
    [['1', 'Хлеб', '', '', '', 'ящик'], 'unit'],
    [['1', 'Хлеб', '', '', '', '', 'много'], 'vatRate'],
    [['1', 'Хлеб', '', '460', 'два'], 'coefficient'],
    [['', 'Хлеб'], 'productId'],
  ])('names the cell that cannot be read: %j', (cells, field) => {
    expect(readProduct(known, cells)).toMatchObject({ code: 'cellUnreadable', field });
  });
});

describe('a file', () => {
  it('tells its delimiter and its encoding', () => {
    expect(delimiterOf('"a,b,c";b;c\n1,2,3,4,5')).toBe(';');
    expect(delimiterOf('a\tb,c\td')).toBe('\t');
    expect(encodingOf(Buffer.from('Хлеб'))).toBe('utf8');
    expect(encodingOf(Buffer.from('Хлеб').subarray(0, 3))).toBe('utf8');
    expect(encodingOf(Buffer.from([0xd5, 0xeb, 0xe5, 0xe1]))).toBe('cp1251');
  });

  it('of rejected rows runs no formula in a spreadsheet', () => {
    expect(safeCell('=HYPERLINK("x")')).toBe(`"'=HYPERLINK(""x"")"`);
    expect(['+1', '-1', '@a', '\ta'].map(safeCell)).toEqual(["'+1", "'-1", "'@a", "'\ta"]);
    expect(safeCell('Хлеб; белый')).toBe('"Хлеб; белый"');
  });
});
