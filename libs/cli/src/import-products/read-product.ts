import type { Headings, ProductColumn } from './columns';

/** A row as the service takes it (`upsertProduct`): members are there only where the file states them. */
export interface ProductRow {
  readonly productId: string;
  readonly barcodes?: readonly BarcodeRow[];
  readonly [member: string]: unknown;
}

export interface BarcodeRow {
  readonly barcode: string;
  readonly [member: string]: unknown;
}

/** A cell that cannot be read; the service judges everything else. */
export interface BadCell {
  readonly code: 'cellUnreadable';
  readonly field: ProductColumn;
  readonly message: string;
}

class Unreadable extends Error {
  constructor(
    readonly field: ProductColumn,
    message: string,
  ) {
    super(message);
  }
}

const UNITS: ReadonlyMap<string, string> = new Map([
  ...['piece', 'kilogram', 'litre', 'metre', 'squareMetre', 'pack', 'other'].map((unit): [string, string] => [
    unit.toLowerCase(),
    unit,
  ]),
  ['шт', 'piece'],
  ['штука', 'piece'],
  ['кг', 'kilogram'],
  ['л', 'litre'],
  ['м', 'metre'],
  ['м2', 'squareMetre'],
  ['кв м', 'squareMetre'],
  ['уп', 'pack'],
  ['упак', 'pack'],
]);
const YES = new Set(['да', 'yes', 'true', '1', '+', 'истина']);
const NO = new Set(['нет', 'no', 'false', '0', '-', 'ложь']);
const DECIMAL = /^\d{1,11}(?:\.\d{1,6})?$/;

/** Reads the cells of one row. An empty cell is one that the file does not state. */
export function readProduct(headings: Headings, cells: readonly string[]): ProductRow | BadCell {
  const stated = new Map<ProductColumn, string>();
  headings.columns.forEach((column, place) => {
    const value = cells[place]?.trim() ?? '';
    if (column !== null && value !== '') stated.set(column, value);
  });
  try {
    return productOf(stated);
  } catch (error) {
    if (error instanceof Unreadable) {
      return { code: 'cellUnreadable', field: error.field, message: error.message };
    }
    throw error;
  }
}

export function isBadCell(read: ProductRow | BadCell): read is BadCell {
  return 'code' in read && read['code'] === 'cellUnreadable' && 'field' in read;
}

function productOf(stated: ReadonlyMap<ProductColumn, string>): ProductRow {
  const text = (column: ProductColumn) => stated.get(column);
  const article = text('article');
  const productId = text('productId') ?? (article === undefined ? undefined : `p-${article}`);
  if (productId === undefined) throw new Unreadable('productId', 'neither productId nor article is stated');
  return withoutAbsent({
    productId,
    name: text('name'),
    article,
    unit: read(stated, 'unit', unitOf),
    measureCode: read(stated, 'measureCode', wholeOf),
    weighed: read(stated, 'weighed', flagOf),
    marked: read(stated, 'marked', flagOf),
    vatRate: read(stated, 'vatRate', vatRateOf),
    categoryCode: text('categoryCode'),
    categoryName: text('categoryName'),
    brand: text('brand'),
    priceKopecks: read(stated, 'priceKopecks', wholeOf) ?? read(stated, 'price', kopecksOf),
    archived: read(stated, 'archived', flagOf),
    barcodes: barcodesOf(stated),
    externalCodes: externalCodesOf(stated),
  });
}

function withoutAbsent(members: {
  readonly productId: string;
  readonly [member: string]: unknown;
}): ProductRow {
  const kept = Object.entries(members).filter(([, value]) => value !== undefined);
  return { productId: members.productId, ...Object.fromEntries(kept) };
}

function read<T>(
  stated: ReadonlyMap<ProductColumn, string>,
  field: ProductColumn,
  parse: (text: string) => T | null,
): T | undefined {
  const text = stated.get(field);
  if (text === undefined) return undefined;
  const value = parse(text);
  if (value === null) throw new Unreadable(field, `"${text.slice(0, 60)}" is not readable as ${field}`);
  return value;
}

function barcodesOf(stated: ReadonlyMap<ProductColumn, string>): BarcodeRow[] | undefined {
  const cell = stated.get('barcode');
  if (cell === undefined) return undefined;
  const parts = cell.split(/[\s,;|]+/).filter((part) => part !== '');
  // Several codes in a cell are told from a code with a space in it by being digits.
  const codes = parts.every((part) => /^\d+$/.test(part)) ? parts : [cell];
  const about = Object.entries({
    scope: stated.get('barcodeScope'),
    coefficient: read(stated, 'coefficient', ratioOf),
    validFrom: read(stated, 'validFrom', instantOf),
    validTo: read(stated, 'validTo', instantOf),
  }).filter(([, value]) => value !== undefined);
  return [...new Set(codes)].map((barcode) => ({ barcode, ...Object.fromEntries(about) }));
}

function externalCodesOf(stated: ReadonlyMap<ProductColumn, string>): object[] | undefined {
  const code = stated.get('externalCode');
  return code === undefined ? undefined : [{ system: stated.get('externalSystem') ?? 'import', code }];
}

function unitOf(text: string): string | null {
  return UNITS.get(text.toLowerCase().replaceAll('.', '').trim()) ?? null;
}

function flagOf(text: string): boolean | null {
  const word = text.toLowerCase();
  if (YES.has(word)) return true;
  return NO.has(word) ? false : null;
}

function wholeOf(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** `10`, `10 %`, `НДС 10%` → `10`; `без НДС` → `none`. */
function vatRateOf(text: string): string | null {
  if (/^(без|не обл|none)/i.test(text)) return 'none';
  return /^(?:ндс)?\s*(\d{1,2}(?:\/1\d\d)?)\s*%?$/i.exec(text)?.[1] ?? null;
}

/** Roubles with at most two decimals: `89,90`, `1 299.5`. */
function kopecksOf(text: string): number | null {
  const decimal = decimalOf(text);
  if (decimal === null) return null;
  const [roubles = '0', fraction = ''] = decimal.split('.');
  if (fraction.replace(/0+$/, '').length > 2) return null;
  return Number(roubles) * 100 + Number(fraction.slice(0, 2).padEnd(2, '0'));
}

/** `6`, `0,5`, `1/3`. */
function ratioOf(text: string): { numerator: number; denominator: number } | null {
  const parts = /^(\d{1,9})\s*\/\s*(\d{1,9})$/.exec(text);
  if (parts !== null) return { numerator: Number(parts[1]), denominator: Number(parts[2]) };
  const decimal = decimalOf(text);
  if (decimal === null) return null;
  const places = (decimal.split('.')[1] ?? '').replace(/0+$/, '');
  const denominator = 10 ** places.length;
  return { numerator: Math.round(Number(decimal) * denominator), denominator };
}

function decimalOf(text: string): string | null {
  const decimal = text.replace(/[\s\u00a0]/g, '').replace(',', '.');
  return DECIMAL.test(decimal) ? decimal : null;
}

/** RFC 3339, or a date: its first moment in UTC. */
function instantOf(text: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}(?:T\S+)?$/.test(text)) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}
