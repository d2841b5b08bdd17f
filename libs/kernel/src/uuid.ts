import { assert } from './assert';

/**
 * UUIDs as functions of their cause (RFC 9562 version 5: SHA-1 of a namespace and a name). Written out because the
 * domain may not reach for a platform's cryptography; one short name takes about a microsecond.
 */

const HEX = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const BLOCK_BYTES = 64;
const UUID_BYTES = 16;
const LENGTH_BYTES = 8;
const SHORT_NAME_MAX = 255;
const BYTE_TEXTS: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
);
const DASH_BEFORE = new Set([4, 6, 8, 10]);

/** A name space in its canonical text form, lower case. */
export function uuidv5(namespace: string, name: string): string {
  return new UuidNamespace(namespace).uuidOf(name);
}

/** Makes the uuids of one name space: parsed once, with working memory of its own. */
export class UuidNamespace {
  private readonly prefix: Uint8Array;
  private readonly words = new Int32Array(80);
  private readonly state = new Int32Array(5);
  private message = new Uint8Array(BLOCK_BYTES * 4);

  constructor(namespace: string) {
    assert(HEX.test(namespace), `not a uuid: ${namespace}`);
    const hex = namespace.replaceAll('-', '');
    this.prefix = Uint8Array.from({ length: UUID_BYTES }, (_, index) =>
      Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16),
    );
  }

  uuidOf(name: string): string {
    const length = this.writeMessage(name);
    this.hash(length);
    return this.format();
  }

  /** Namespace and name, padded to whole blocks; answers how many bytes of them there are. */
  private writeMessage(name: string): number {
    const ascii = name.length <= SHORT_NAME_MAX && this.writeAscii(name);
    if (ascii) return UUID_BYTES + name.length;
    const bytes = new TextEncoder().encode(name);
    this.reserve(bytes.length);
    this.message.set(bytes, UUID_BYTES);
    return UUID_BYTES + bytes.length;
  }

  private writeAscii(name: string): boolean {
    this.reserve(name.length);
    for (let index = 0; index < name.length; index += 1) {
      const code = name.charCodeAt(index);
      if (code > 127) return false;
      this.message[UUID_BYTES + index] = code;
    }
    return true;
  }

  private reserve(nameBytes: number): void {
    const blocks = Math.ceil((UUID_BYTES + nameBytes + 1 + LENGTH_BYTES) / BLOCK_BYTES);
    if (blocks * BLOCK_BYTES > this.message.length) this.message = new Uint8Array(blocks * BLOCK_BYTES);
    this.message.set(this.prefix);
  }

  /** SHA-1 into `state`. For identifiers only: it protects nothing. */
  private hash(length: number): void {
    const { message, state, words } = this;
    const blocks = Math.ceil((length + 1 + LENGTH_BYTES) / BLOCK_BYTES);
    message.fill(0, length, blocks * BLOCK_BYTES);
    message[length] = 0x80;
    const bits = length * 8;
    for (let index = 0; index < 4; index += 1)
      message[blocks * BLOCK_BYTES - 1 - index] = (bits >>> (index * 8)) & 0xff;
    state.set([0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476, 0xc3d2e1f0 | 0]);
    for (let block = 0; block < blocks; block += 1) {
      readBlock(message, block * BLOCK_BYTES, words);
      mixBlock(state, words);
    }
  }

  private format(): string {
    let text = '';
    for (let index = 0; index < UUID_BYTES; index += 1) {
      let byte = ((this.state[index >> 2] ?? 0) >>> (24 - (index & 3) * 8)) & 0xff;
      if (index === 6) byte = (byte & 0x0f) | 0x50;
      else if (index === 8) byte = (byte & 0x3f) | 0x80;
      if (DASH_BEFORE.has(index)) text += '-';
      text += BYTE_TEXTS[byte] ?? '';
    }
    return text;
  }
}

function readBlock(message: Uint8Array, from: number, words: Int32Array): void {
  for (let index = 0; index < 16; index += 1) {
    const at = from + index * 4;
    words[index] =
      (byteAt(message, at) << 24) |
      (byteAt(message, at + 1) << 16) |
      (byteAt(message, at + 2) << 8) |
      byteAt(message, at + 3);
  }
  for (let index = 16; index < 80; index += 1) {
    const mixed =
      wordAt(words, index - 3) ^
      wordAt(words, index - 8) ^
      wordAt(words, index - 14) ^
      wordAt(words, index - 16);
    words[index] = (mixed << 1) | (mixed >>> 31);
  }
}

function mixBlock(state: Int32Array, words: Int32Array): void {
  let a = wordAt(state, 0);
  let b = wordAt(state, 1);
  let c = wordAt(state, 2);
  let d = wordAt(state, 3);
  let e = wordAt(state, 4);
  for (let round = 0; round < 80; round += 1) {
    let chosen: number;
    if (round < 20) chosen = ((b & c) | (~b & d)) + 0x5a827999;
    else if (round < 40) chosen = (b ^ c ^ d) + 0x6ed9eba1;
    else if (round < 60) chosen = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
    else chosen = (b ^ c ^ d) + 0xca62c1d6;
    const next = (((a << 5) | (a >>> 27)) + chosen + e + wordAt(words, round)) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  state[0] = wordAt(state, 0) + a;
  state[1] = wordAt(state, 1) + b;
  state[2] = wordAt(state, 2) + c;
  state[3] = wordAt(state, 3) + d;
  state[4] = wordAt(state, 4) + e;
}

function wordAt(words: Int32Array, index: number): number {
  return words[index] ?? 0;
}

function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}
