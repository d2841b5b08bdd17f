/**
 * The platform's own identifiers: `storeId`, `registerId`, `productId`, `locationId`, `legalEntityId`.
 * At most 40 characters, never reused. Integer twins (`storeNo`, …) serve hot paths.
 */
export const PLATFORM_ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/;

export function isPlatformId(value: string): boolean {
  return PLATFORM_ID_PATTERN.test(value);
}
