const SPACE_BYTES = 1024 * 1024;
const ZERO = 0x30;
const RADIX = 10;
/** Up to here digits are counted and divided in 32 bits. */
const SMALL_MAX = 0x3fff_ffff;

/**
 * Writes values byte by byte, one behind the other, into large buffers: of short-lived texts and buffers there would be
 * dozens for each value. What is written between two calls of `end` is one value.
 */
export class ValueWriter {
  private space: Buffer;
  private start = 0;
  private position = 0;

  /** A value that is alone keeps all of its space: a service that writes few takes small ones. */
  constructor(private readonly spaceBytes = SPACE_BYTES) {
    this.space = Buffer.allocUnsafeSlow(spaceBytes);
  }

  /** The value, good for ever. */
  end(): Buffer {
    const value = this.space.subarray(this.start, this.position);
    this.start = this.position;
    return value;
  }

  /** ASCII, as it is: what needs escaping is escaped by the caller. */
  text(text: string): this {
    const { length } = text;
    if (this.position + length > this.space.length) this.grow(length);
    const { space } = this;
    let at = this.position;
    for (let index = 0; index < length; index += 1) space[at++] = text.charCodeAt(index);
    this.position = at;
    return this;
  }

  /** Most numbers are small and whole. */
  number(value: number): this {
    if (value < 0 || value > SMALL_MAX || (value | 0) !== value) return this.text(String(value));
    let digits = 1;
    for (let limit = RADIX; limit <= value; limit *= RADIX) digits += 1;
    if (this.position + digits > this.space.length) this.grow(digits);
    let rest = value;
    for (let at = this.position + digits - 1; at >= this.position; at -= 1) {
      const left = (rest / RADIX) | 0;
      this.space[at] = ZERO + rest - left * RADIX;
      rest = left;
    }
    this.position += digits;
    return this;
  }

  bytes(bytes: Uint8Array): this {
    if (this.position + bytes.length > this.space.length) this.grow(bytes.length);
    this.space.set(bytes, this.position);
    this.position += bytes.length;
    return this;
  }

  /** A new space; the value that is being written goes on in it. */
  private grow(bytes: number): void {
    const written = this.space.subarray(this.start, this.position);
    this.space = Buffer.allocUnsafeSlow(Math.max(this.spaceBytes, 2 * (written.length + bytes)));
    this.space.set(written);
    this.start = 0;
    this.position = written.length;
  }
}
