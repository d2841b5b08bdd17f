import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Begins every token, so that a leaked one is recognised by scanners and by our own log scrubber. */
export const TOKEN_PREFIX = 'ptk_';
const TOKEN_BYTES = 32;
const TOKEN_PATTERN = /^ptk_[A-Za-z0-9_-]{43}$/;

/** A new opaque token of 256 random bits. Shown once; what is stored is `hashToken` of it. */
export function mintToken(): string {
  return `${TOKEN_PREFIX}${randomBytes(TOKEN_BYTES).toString('base64url')}`;
}

/**
 * SHA-256 of a token, 32 bytes. No salt and no slow function: 256 random bits cannot be guessed, and a lookup by
 * hash needs the same answer every time.
 */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

export function isTokenShaped(text: string): boolean {
  return TOKEN_PATTERN.test(text);
}

/** Compares in a time that does not depend on where they differ. */
export function sameHash(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}
