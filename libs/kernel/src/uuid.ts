import { assert } from './assert';

/**
 * UUIDs as functions of their cause (RFC 9562 version 5: SHA-1 of a namespace and a name). Written out because the
 * domain may not reach for a platform's cryptography; one short name takes about a microsecond.
 */

const HEX = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const BLOCK_BYTES = 64;
const UUID_BYTES = 16;

/** A name space in its canonical text form, lower case. */
export function uuidv5(namespace: string, name: string): string {
  assert(HEX.test(namespace), `not a uuid: ${namespace}`);
  const nameBytes = new TextEncoder().encode(name);
  const message = new Uint8Array(UUID_BYTES + nameBytes.length);
  message.set(bytesOf(namespace));
  message.set(nameBytes, UUID_BYTES);
  return format(sha1(message));
}

function bytesOf(uuid: string): Uint8Array {
  const hex = uuid.replaceAll('-', '');
  return Uint8Array.from({ length: UUID_BYTES }, (_, index) =>
    Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16),
  );
}

function format(hash: Uint32Array): string {
  const [first = 0, second = 0, third = 0, fourth = 0] = hash;
  const versioned = (second & 0xffff0fff) | 0x5000;
  const varied = (third & 0x3fffffff) | 0x80000000;
  const hex = [first, versioned, varied, fourth]
    .map((word) => (word >>> 0).toString(16).padStart(8, '0'))
    .join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** SHA-1 as five words. For identifiers only: it protects nothing. */
function sha1(message: Uint8Array): Uint32Array {
  const blocks = Math.ceil((message.length + 9) / BLOCK_BYTES);
  const padded = new Uint8Array(blocks * BLOCK_BYTES);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 4, message.length * 8);
  const state = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  const words = new Uint32Array(80);
  for (let block = 0; block < blocks; block += 1) {
    for (let index = 0; index < 16; index += 1)
      words[index] = view.getUint32(block * BLOCK_BYTES + index * 4);
    mixBlock(state, words);
  }
  return state;
}

function mixBlock(state: Uint32Array, words: Uint32Array): void {
  for (let index = 16; index < 80; index += 1) {
    words[index] = rotated(
      at(words, index - 3) ^ at(words, index - 8) ^ at(words, index - 14) ^ at(words, index - 16),
      1,
    );
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
  for (let round = 0; round < 80; round += 1) {
    const next = (rotated(a, 5) + choice(round, b, c, d) + e + at(words, round)) | 0;
    e = d;
    d = c;
    c = rotated(b, 30);
    b = a;
    a = next;
  }
  state[0] = at(state, 0) + a;
  state[1] = at(state, 1) + b;
  state[2] = at(state, 2) + c;
  state[3] = at(state, 3) + d;
  state[4] = at(state, 4) + e;
}

function choice(round: number, ...words: readonly [number, number, number]): number {
  const [b, c, d] = words;
  if (round < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (round < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (round < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function at(words: Uint32Array, index: number): number {
  return words[index] ?? 0;
}
