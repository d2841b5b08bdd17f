import { createHash } from 'node:crypto';
import { upsertProduct } from '@potok/nomenclature-contracts/nomenclature-http';
import type { ProductColumn, ProductHeader } from './product-columns';

export type RowRejectionCode = 'columnCount' | 'fieldMissing' | 'fieldInvalid';

export interface RowRejection {
  readonly code: string;
  readonly field: string | null;
  readonly message: string;
}

export type ReadRow =
  | { readonly ok: true; readonly product: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly rejection: RowRejection & { readonly code: RowRejectionCode } };

class CellError extends Error {
  constructor(
    readonly field: ProductColumn,
    message: string,
    readonly code: RowRejectionCode = 'fieldInvalid',
  ) {
    super(message);
  }
}

const PRODUCT_ID = /^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/;
const UNITS: ReadonlyMap<string, string> = new Map([
  ...['шт', 'штука', 'pcs', 'piece'].map((name) => [name, 'piece'] as const),
  ...['кг', 'килограмм', 'kg', 'kilogram'].map((name) => [name, 'kilogram'] as const),
  ...['л', 'литр', 'l', 'litre', 'liter'].map((name) => [name, 'litre'] as const),
  ...['м', 'метр', 'm', 'metre', 'meter'].map((name) => [name, 'metre'] as const),
  ...['м2', 'м²', 'кв.м', 'm2', 'squaremetre'].map((name) => [name, 'squareMetre'] as const),
  ...['упак', 'уп', 'упаковка', 'pack'].map((name) => [name, 'pack'] as const),
  ...['other', 'прочее'].map((name) => [name, 'other'] as const),
]);
const YES = new Set(['да', 'истина', 'true', 'yes', 'y', '1', '+', 'x', 'х']);
const NO = new Set(['нет', 'ложь', 'false', 'no', 'n', '0', '-']);
const KOPECKS_IN_ROUBLE = 100;

/** A row of the file as a product of the API; an empty cell leaves the product's member as it is. */
export function readProduct(header: ProductHeader, cells: readonly string[]): ReadRow {
  try {
    if (cells.slice(header.columns).some((cell) => cell !== '')) {
      const message = `${String(cells.length)} cells, the header has ${String(header.columns)}: is a quote missing?`;
      return { ok: false, rejection: { code: 'columnCount', field: null, message } };
    }
    const product = convert((column) => cellOf(header, cells, column));
    const parsed = upsertProduct.safeParse(product);
    if (parsed.success) return { ok: true, product };
    const [issue] = parsed.error.issues;
    const field = issue?.path.map(String).join('/') ?? null;
    return {
      ok: false,
      rejection: { code: 'fieldInvalid', field, message: issue?.message ?? 'does not fit' },
    };
  } catch (error) {
    if (!(error instanceof CellError)) throw error;
    const { code, field, message } = error;
    return { ok: false, rejection: { code, field, message } };
  }
}

function cellOf(header: ProductHeader, cells: readonly string[], column: ProductColumn): string | undefined {
  const place = header.places.get(column);
  const cell = place === undefined ? '' : (cells[place] ?? '').trim();
  // A file of rejected rows comes back with the apostrophes that kept a spreadsheet from calculating.
  const value = /^'[=+\-@]/.test(cell) ? cell.slice(1) : cell;
  return value === '' ? undefined : value;
}

function convert(cell: (column: ProductColumn) => string | undefined): Record<string, unknown> {
  const article = cell('article');
  const barcodes = optional(cell('barcodes'), readBarcodes);
  const name = cell('name');
  const productId = productIdOf(cell('productId'), article, barcodes?.[0]);
  if (name === undefined) throw new CellError('name', 'a product needs a name', 'fieldMissing');
  const members = {
    productId,
    name,
    article,
    barcodes: barcodes?.map((barcode) => ({ barcode })),
    unit: optional(cell('unit'), readUnit),
    vatRate: optional(cell('vatRate'), readVatRate),
    priceKopecks: optional(cell('price'), readPriceKopecks),
    categoryName: cell('category'),
    brand: cell('brand'),
    weighed: optional(cell('weighed'), (text) => readFlag('weighed', text)),
    marked: optional(cell('marked'), (text) => readFlag('marked', text)),
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function optional<T>(text: string | undefined, read: (text: string) => T): T | undefined {
  return text === undefined ? undefined : read(text);
}

/** Stated, or derived from the article or a barcode: the same row gives the same id at each import. */
function productIdOf(
  stated: string | undefined,
  article: string | undefined,
  barcode: string | undefined,
): string {
  if (stated !== undefined) return PRODUCT_ID.test(stated) ? stated : derivedId('c', stated);
  if (article !== undefined) return derivedId('p', article);
  if (barcode !== undefined) return derivedId('b', barcode);
  throw new CellError('productId', 'neither a code, nor an article, nor a barcode', 'fieldMissing');
}

function derivedId(kind: string, text: string): string {
  const id = `${kind}-${text}`;
  if (PRODUCT_ID.test(id)) return id;
  return `${kind}-${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}

function readBarcodes(text: string): string[] {
  if (/\d[eе]\+?\d/i.test(text)) {
    throw new CellError('barcodes', `${text}: a spreadsheet has rounded it; format the column as text`);
  }
  const codes = text
    .split(/[|,]/)
    .map((code) => code.trim())
    .filter((code) => code !== '');
  return [...new Set(codes)];
}

function readUnit(text: string): string {
  const unit = UNITS.get(text.toLowerCase().replace(/\s|\.$/g, ''));
  if (unit === undefined) throw new CellError('unit', `${text}: one of ${[...UNITS.keys()].join(', ')}`);
  return unit;
}

/** Roubles with a comma or a point, spaces between thousands; never rounded. */
function readPriceKopecks(text: string): number {
  const bare = text.replace(/\s|₽|руб\.?|р\.$/gi, '');
  const [, roubles, fraction = ''] = /^(\d{1,12})(?:[.,](\d{1,2})0*)?$/.exec(bare) ?? [];
  if (roubles === undefined) throw new CellError('price', `${text}: roubles such as 1234,50 are expected`);
  return Number(roubles) * KOPECKS_IN_ROUBLE + Number(fraction.padEnd(2, '0'));
}

/** Without VAT is `none`: that is not a rate of 0 %. */
function readVatRate(text: string): string {
  const bare = text.toLowerCase().replace(/\s|%|ндс/g, '');
  if (['без', 'необлагается', 'none'].includes(bare)) return 'none';
  const rate = /^(\d{1,2})(?:[.,]0+)?$/.exec(bare)?.[1];
  if (rate === undefined) throw new CellError('vatRate', `${text}: per cent such as 10 or 22, or «без НДС»`);
  return String(Number(rate));
}

function readFlag(column: 'weighed' | 'marked', text: string): boolean {
  const bare = text.toLowerCase();
  if (YES.has(bare)) return true;
  if (NO.has(bare)) return false;
  throw new CellError(column, `${text}: да or нет, yes or no, 1 or 0`);
}
