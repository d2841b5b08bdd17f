/**
 * Barcodes as GS1 numbers (General Specifications §7.9: check digit; §2.1: prefixes 20–29 for use inside a chain).
 * The weight within a code of such a prefix is no standard: every chain chooses its own layout.
 */

const DIGITS = /^\d+$/;
const ZERO = 48;

/** The check digit that completes these digits, which do not hold it yet. */
export function checkDigitOf(digits: string): number {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const fromRight = digits.length - 1 - index;
    sum += (digits.charCodeAt(index) - ZERO) * (fromRight % 2 === 0 ? 3 : 1);
  }
  return (10 - (sum % 10)) % 10;
}

/** True for GTIN-8, -12, -13 and -14 with a sound check digit. */
export function isGtin(code: string): boolean {
  const { length } = code;
  if (length !== 13 && length !== 8 && length !== 12 && length !== 14) return false;
  if (!DIGITS.test(code)) return false;
  return checkDigitOf(code.slice(0, -1)) === code.charCodeAt(length - 1) - ZERO;
}

const ELEMENT_STRING = /^\u001d?(?:\]d2|\]C1)?\(?01\)?(\d{14})/;

/**
 * One spelling of one number: spaces are dropped, a mark's code (01 GTIN 21 serial) gives its GTIN, and GTIN-12 and
 * a GTIN-14 with a leading zero become the GTIN-13 that they are. Other codes stay as they are.
 */
export function normalisedBarcode(scanned: string): string {
  const code = scanned.trim();
  if (code.length < 12) return code;
  if (code.length === 13) return code;
  if (code.length === 12) return isGtin(code) ? `0${code}` : code;
  const gtin = code.length === 14 ? code : (ELEMENT_STRING.exec(code)?.[1] ?? '');
  if (gtin === '' || !isGtin(gtin)) return code;
  return gtin.startsWith('0') ? gtin.slice(1) : gtin;
}

export const PRODUCT_PART_LENGTH = 7;
const WEIGHT_DIGITS_ZERO = '00000';

/**
 * The part of a weighed barcode that names the product: prefix 20–29 and five digits of an EAN-13 whose next five
 * hold the weight. Null when the code cannot be such a barcode. The quantity is never read from the code: the document
 * states it.
 */
export function weighedProductPart(code: string): string | null {
  if (code.length !== 13 || !code.startsWith('2') || !isGtin(code)) return null;
  return code.slice(0, PRODUCT_PART_LENGTH);
}

/** The barcode with weight zero, as scales and accounting systems write the code of a weighed product. */
export function weighedCodeWithoutWeight(productPart: string): string {
  const digits = productPart + WEIGHT_DIGITS_ZERO;
  return digits + String(checkDigitOf(digits));
}

/** True for a bare product part (7 digits of prefix 20–29) and for a weighed code whose weight is zero. */
export function isWeighedProductCode(code: string): boolean {
  if (code.length === PRODUCT_PART_LENGTH) return code.startsWith('2') && DIGITS.test(code);
  const part = weighedProductPart(code);
  return part !== null && code === weighedCodeWithoutWeight(part);
}
