/** What a column of a product file may mean. */
export type ProductColumn =
  | 'productId'
  | 'article'
  | 'name'
  | 'barcodes'
  | 'unit'
  | 'vatRate'
  | 'price'
  | 'category'
  | 'brand'
  | 'weighed'
  | 'marked';

const SYNONYMS: Readonly<Record<ProductColumn, readonly string[]>> = {
  productId: ['productid', 'product', 'id', 'code', 'код', 'кодтовара', 'идентификатор'],
  article: ['article', 'sku', 'артикул'],
  name: ['name', 'productname', 'title', 'наименование', 'название', 'товар', 'номенклатура'],
  barcodes: ['barcode', 'barcodes', 'ean', 'ean13', 'upc', 'upcean', 'gtin', 'штрихкод', 'штрихкоды', 'шк'],
  unit: ['unit', 'uom', 'единица', 'единицаизмерения', 'ед', 'едизм'],
  vatRate: ['vatrate', 'vat', 'ставкандс', 'ндс'],
  price: ['price', 'цена', 'розничнаяцена'],
  category: ['category', 'categoryname', 'group', 'категория', 'группа'],
  brand: ['brand', 'brandname', 'бренд', 'торговаямарка'],
  weighed: ['weighed', 'весовой', 'весовойтовар'],
  marked: ['marked', 'маркируемый', 'маркировка'],
};

/** Columns that this program itself adds to a file of rejected rows. */
export const REJECTION_COLUMNS = [
  'rejected_line',
  'rejected_code',
  'rejected_field',
  'rejected_message',
] as const;

export interface ProductHeader {
  /** Place of the column in a row. */
  readonly places: ReadonlyMap<ProductColumn, number>;
  readonly columns: number;
  /** Titles that mean nothing to the import. */
  readonly unknown: readonly string[];
  /** Titles that mean what an earlier column means already. */
  readonly repeated: readonly string[];
}

/** Reads the titles regardless of case, spaces, dots and dashes, in Russian or English. */
export function readHeader(titles: readonly string[]): ProductHeader {
  const meanings = new Map<string, ProductColumn>(
    Object.entries(SYNONYMS).flatMap(([column, names]) =>
      names.map((name) => [name, column as ProductColumn] as const),
    ),
  );
  const places = new Map<ProductColumn, number>();
  const unknown: string[] = [];
  const repeated: string[] = [];
  titles.forEach((title, place) => {
    const column = meanings.get(plain(title));
    if (column === undefined) {
      if (title.trim() !== '' && !REJECTION_COLUMNS.some((own) => own === title)) unknown.push(title.trim());
    } else if (places.has(column)) repeated.push(title.trim());
    else places.set(column, place);
  });
  return { places, columns: titles.length, unknown, repeated };
}

function plain(title: string): string {
  return title
    .toLowerCase()
    .replaceAll('ё', 'е')
    .replace(/\(.*\)/, '')
    .replace(/[^a-zа-я0-9]/g, '');
}
