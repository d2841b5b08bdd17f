const TWO_POW_32 = 4_294_967_296;

/** Reads the primitive types of Kafka's protocol from one buffer, without copying. */
export class ByteReader {
  constructor(
    readonly bytes: Buffer,
    public position = 0,
  ) {}

  remaining(): number {
    return this.bytes.length - this.position;
  }

  int8(): number {
    const value = this.bytes.readInt8(this.position);
    this.position += 1;
    return value;
  }

  int16(): number {
    const value = this.bytes.readInt16BE(this.position);
    this.position += 2;
    return value;
  }

  int32(): number {
    const value = this.bytes.readInt32BE(this.position);
    this.position += 4;
    return value;
  }

  /** Offsets and timestamps fit safe integers. */
  int64(): number {
    const high = this.bytes.readInt32BE(this.position);
    const low = this.bytes.readUInt32BE(this.position + 4);
    this.position += 8;
    return high * TWO_POW_32 + low;
  }

  slice(length: number): Buffer {
    const start = this.position;
    this.position += length;
    return this.bytes.subarray(start, start + length);
  }

  string(): string {
    const length = this.int16();
    return length < 0 ? '' : this.slice(length).toString('utf8');
  }

  unsignedVarint(): number {
    const first = this.bytes[this.position++] ?? 0;
    if (first < 0x80) return first;
    const second = this.bytes[this.position++] ?? 0;
    if (second < 0x80) return (first & 0x7f) | (second << 7);
    const third = this.bytes[this.position++] ?? 0;
    const low = (first & 0x7f) | ((second & 0x7f) << 7) | ((third & 0x7f) << 14);
    return third < 0x80 ? low : this.restOfVarint(low);
  }

  private restOfVarint(low: number): number {
    let value = low;
    let scale = 2_097_152;
    for (;;) {
      const byte = this.bytes[this.position++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }

  /** Zigzag; 64-bit values beyond 2^53 do not occur (deltas, lengths). */
  varint(): number {
    const encoded = this.unsignedVarint();
    if (encoded <= 0x7fffffff) return (encoded >>> 1) ^ -(encoded & 1);
    return encoded % 2 === 0 ? encoded / 2 : -(encoded + 1) / 2;
  }

  /** A length-prefixed value; a negative length is null. */
  varintBytes(): Buffer | null {
    const length = this.varint();
    return length < 0 ? null : this.slice(length);
  }

  compactString(): string | null {
    const length = this.unsignedVarint();
    return length === 0 ? null : this.slice(length - 1).toString('utf8');
  }

  /** Passes over the tagged fields that end a structure of a flexible version. */
  skipTags(): void {
    for (let left = this.unsignedVarint(); left > 0; left -= 1) {
      this.unsignedVarint();
      this.position += this.unsignedVarint();
    }
  }
}
