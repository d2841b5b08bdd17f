const TWO_POW_32 = 4_294_967_296;
/** Texts whose length, in zigzag, takes one byte. */
const SHORT_TEXT = 64;

export function varintSize(value: number): number {
  return unsignedVarintSize(zigzag(value));
}

function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1;
}

function unsignedVarintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size += 1;
  return size;
}

/** Writes the primitive types of Kafka's protocol into one buffer that grows. */
export class ByteWriter {
  private bytes: Buffer;
  position = 0;

  /** `room`: how much is expected, or memory to begin with. */
  constructor(room: number | Buffer = 256) {
    this.bytes = typeof room === 'number' ? Buffer.allocUnsafe(room) : room;
  }

  ensure(length: number): void {
    const needed = this.position + length;
    if (needed <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(grown, 0, 0, this.position);
    this.bytes = grown;
  }

  int8(value: number): this {
    this.ensure(1);
    this.position = this.bytes.writeInt8(value, this.position);
    return this;
  }

  int16(value: number): this {
    this.ensure(2);
    this.position = this.bytes.writeInt16BE(value, this.position);
    return this;
  }

  int32(value: number): this {
    this.ensure(4);
    this.position = this.bytes.writeInt32BE(value, this.position);
    return this;
  }

  int64(value: number): this {
    this.ensure(8);
    this.bytes.writeInt32BE(Math.floor(value / TWO_POW_32), this.position);
    this.position = this.bytes.writeUInt32BE(
      ((value % TWO_POW_32) + TWO_POW_32) % TWO_POW_32,
      this.position + 4,
    );
    return this;
  }

  raw(bytes: Buffer): this {
    this.ensure(bytes.length);
    this.position += bytes.copy(this.bytes, this.position);
    return this;
  }

  /** UTF-8 text without a length; answers the number of bytes written. */
  text(value: string, byteLength: number): this {
    this.ensure(byteLength);
    this.position += this.bytes.write(value, this.position, byteLength, 'utf8');
    return this;
  }

  string(value: string | null): this {
    if (value === null) return this.int16(-1);
    const byteLength = Buffer.byteLength(value);
    return this.int16(byteLength).text(value, byteLength);
  }

  unsignedVarint(value: number): this {
    this.ensure(8);
    let rest = value;
    while (rest >= 128) {
      this.bytes[this.position++] = (rest & 0x7f) | 0x80;
      rest = rest <= 0x7fffffff ? rest >>> 7 : Math.floor(rest / 128);
    }
    this.bytes[this.position++] = rest;
    return this;
  }

  varint(value: number): this {
    return this.unsignedVarint(zigzag(value));
  }

  /** A length and UTF-8 text. Short ASCII, as headers and keys are, is written without leaving JavaScript. */
  varintText(value: string): this {
    const { length } = value;
    if (length < SHORT_TEXT) {
      this.ensure(length + 1);
      const { bytes } = this;
      let at = this.position + 1;
      let seen = 0;
      for (let index = 0; index < length; index += 1) {
        const code = value.charCodeAt(index);
        seen |= code;
        bytes[at++] = code;
      }
      if (seen < 0x80) {
        bytes[this.position] = length * 2;
        this.position = at;
        return this;
      }
    }
    const byteLength = Buffer.byteLength(value);
    return this.varint(byteLength).text(value, byteLength);
  }

  /** Leaves bytes to be filled in later. */
  skip(length: number): this {
    this.ensure(length);
    this.position += length;
    return this;
  }

  /**
   * Writes, as a varint into the room left at `start`, how many bytes follow that room; they are moved where the
   * varint takes another number of bytes than were left.
   */
  putVarintBefore(start: number, room: number): void {
    const end = this.position;
    const length = end - start - room;
    const size = varintSize(length);
    if (size !== room) {
      this.ensure(Math.max(size - room, 0));
      this.bytes.copyWithin(start + size, start + room, end);
    }
    this.position = start;
    this.varint(length);
    this.position = start + size + length;
  }

  compactString(value: string): this {
    const byteLength = Buffer.byteLength(value);
    return this.unsignedVarint(byteLength + 1).text(value, byteLength);
  }

  /** The bytes written so far; shares memory with the writer. */
  done(): Buffer {
    return this.bytes.subarray(0, this.position);
  }
}
