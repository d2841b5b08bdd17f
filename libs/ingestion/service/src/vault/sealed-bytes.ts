import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { assert } from '@potok/kernel/assert';

/**
 * AES-256-GCM. Layout: format 1, count of subjects (16 bits), their numbers (64 bits each), nonce (12), tag (16),
 * ciphertext. What stands before the nonce is authenticated.
 */
const FORMAT = 1;
const COUNT_AT = 1;
const SUBJECTS_AT = 3;
const SUBJECT_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';

export function sealBytes(bytes: Uint8Array, key: Buffer, subjectNos: readonly number[]): Buffer {
  const head = Buffer.allocUnsafe(SUBJECTS_AT + SUBJECT_BYTES * subjectNos.length);
  head[0] = FORMAT;
  head.writeUInt16BE(subjectNos.length, COUNT_AT);
  subjectNos.forEach((subjectNo, index) => {
    head.writeBigInt64BE(BigInt(subjectNo), SUBJECTS_AT + SUBJECT_BYTES * index);
  });
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(head);
  const encrypted = cipher.update(bytes);
  cipher.final();
  return Buffer.concat([head, nonce, cipher.getAuthTag(), encrypted]);
}

/** Whose keys it needs. */
export function subjectsOfSealed(sealed: Buffer): readonly number[] {
  assert(sealed[0] === FORMAT, 'not sealed by this vault');
  const count = sealed.readUInt16BE(COUNT_AT);
  return Array.from({ length: count }, (_, index) =>
    Number(sealed.readBigInt64BE(SUBJECTS_AT + SUBJECT_BYTES * index)),
  );
}

/** Throws when the key is another one or a bit was changed. */
export function openSealed(sealed: Buffer, key: Buffer): Buffer {
  const nonceAt = SUBJECTS_AT + SUBJECT_BYTES * subjectsOfSealed(sealed).length;
  const tagAt = nonceAt + NONCE_BYTES;
  const bytesAt = tagAt + TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(nonceAt, tagAt))
    .setAAD(sealed.subarray(0, nonceAt))
    .setAuthTag(sealed.subarray(tagAt, bytesAt));
  return Buffer.concat([decipher.update(sealed.subarray(bytesAt)), decipher.final()]);
}
