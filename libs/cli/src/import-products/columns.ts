/** Columns of a file of products. `productId` or `article` and `name` are needed, the others may be left out. */
export type ProductColumn =
  | 'productId'
  | 'name'
  | 'article'
  | 'barcode'
  | 'barcodeScope'
  | 'coefficient'
  | 'validFrom'
  | 'validTo'
  | 'unit'
  | 'measureCode'
  | 'weighed'
  | 'marked'
  | 'vatRate'
  | 'categoryCode'
  | 'categoryName'
  | 'brand'
  | 'price'
  | 'priceKopecks'
  | 'externalCode'
  | 'externalSystem'
  | 'archived';

/** The names a heading may have: case, spaces, dots, hyphens and underscores do not matter. */
export const COLUMN_NAMES: Readonly<Record<ProductColumn, readonly string[]>> = {
  productId: ['productId', 'id', 'код', 'код товара', 'ид'],
  name: ['name', 'наименование', 'название', 'номенклатура', 'товар'],
  article: ['article', 'sku', 'артикул'],
  barcode: ['barcode', 'barcodes', 'ean', 'upcean', 'gtin', 'штрихкод', 'штрих-код', 'штрихкоды', 'шк'],
  barcodeScope: ['barcodeScope', 'scope', 'область', 'магазин'],
  coefficient: ['coefficient', 'коэффициент', 'коэф'],
  validFrom: ['validFrom', 'действует с'],
  validTo: ['validTo', 'действует по', 'действует до'],
  unit: ['unit', 'единица', 'единица измерения', 'ед изм', 'ед'],
  measureCode: ['measureCode', 'код единицы', '2108'],
  weighed: ['weighed', 'весовой'],
  marked: ['marked', 'маркировка', 'маркируемый'],
  vatRate: ['vatRate', 'vat', 'ставка НДС', 'НДС'],
  categoryCode: ['categoryCode', 'categoryId', 'код категории', 'код группы'],
  categoryName: ['categoryName', 'category', 'категория', 'группа'],
  brand: ['brand', 'brandName', 'бренд', 'марка'],
  price: ['price', 'цена', 'цена руб'],
  priceKopecks: ['priceKopecks', 'цена коп'],
  externalCode: ['externalCode', 'внешний код'],
  externalSystem: ['externalSystem', 'внешняя система'],
  archived: ['archived', 'архив', 'в архиве'],
};

export interface Headings {
  /** The column of each cell; null = not known, passed over. */
  readonly columns: readonly (ProductColumn | null)[];
  readonly unknown: readonly string[];
}

/** What is wrong with the headings, in words, or what they are. */
export function readHeadings(cells: readonly string[]): Headings | string {
  const byName = new Map<string, ProductColumn>();
  for (const [column, names] of Object.entries(COLUMN_NAMES)) {
    for (const name of names) byName.set(plain(name), column as ProductColumn);
  }
  const columns = cells.map((cell) => byName.get(plain(cell)) ?? null);
  const twice = columns.find((column, place) => column !== null && columns.indexOf(column) !== place);
  if (twice !== undefined && twice !== null) return `two columns mean ${twice}`;
  if (!columns.includes('productId') && !columns.includes('article')) {
    return `no column of the first line is productId (${COLUMN_NAMES.productId.join(', ')}) or article (${COLUMN_NAMES.article.join(', ')})`;
  }
  if (!columns.includes('name')) return `no column of the first line is ${COLUMN_NAMES.name.join(', ')}`;
  return { columns, unknown: cells.filter((_cell, place) => columns[place] === null) };
}

function plain(heading: string): string {
  return heading.toLowerCase().replace(/[\s._,()-]/g, '');
}
