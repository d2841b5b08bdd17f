import type { SelectedMember, Selection } from './selection';

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const UPPER_E = 0x45;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const LOWER_E = 0x65;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const ASCII_MAX = 0x7f;
/** Every integer of so many digits is exact. */
const SAFE_DIGITS = 15;

/**
 * Reads of a JSON text in UTF-8 what is selected: the same values as JSON.parse, with everything else passed over
 * without being made into anything. Of what is passed over only strings and brackets are looked at: damage inside of it
 * is not noticed. Throws SyntaxError.
 */
export function readSelected<T>(bytes: Buffer, selection: Selection<T>): T {
  const cursor = new JsonCursor(bytes);
  const value = cursor.value(selection);
  cursor.end();
  return value as T;
}

class JsonCursor {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  /** Nothing but space is left. */
  end(): void {
    if (this.next() !== undefined) this.fail();
  }

  /** The value that begins here; what is not of the expected kind is read whole. */
  value(inner: Selection<unknown> | null): unknown {
    const byte = this.next();
    if (byte === QUOTE) return this.text();
    if (byte !== undefined && byte >= ZERO && byte <= NINE) return this.number();
    if (inner !== null && byte === OPEN_BRACE) return this.object(inner);
    if (inner !== null && byte === OPEN_BRACKET) return this.array(inner);
    return this.whole();
  }

  /** The next byte that is no space: it is not passed. */
  private next(): number | undefined {
    let byte = this.bytes[this.at];
    while (byte !== undefined && byte <= SPACE) {
      this.at += 1;
      byte = this.bytes[this.at];
    }
    return byte;
  }

  private object(selection: Selection<unknown>): unknown {
    const { bytes } = this;
    const values = selection.empty();
    this.at += 1;
    if (this.next() === CLOSE_BRACE) {
      this.at += 1;
      return values;
    }
    for (;;) {
      const member = this.member(selection);
      if (bytes[this.at] === COLON || this.next() === COLON) this.at += 1;
      else this.fail();
      if (member === null) this.skip();
      else values[member.name] = this.value(member.inner);
      const byte = bytes[this.at] === COMMA ? COMMA : this.next();
      this.at += 1;
      if (byte === CLOSE_BRACE) return values;
      if (byte !== COMMA) this.fail();
    }
  }

  /** Passes a name. */
  private member(selection: Selection<unknown>): SelectedMember | null {
    const { bytes } = this;
    if (bytes[this.at] !== QUOTE && this.next() !== QUOTE) this.fail();
    const from = this.at + 1;
    let to = from;
    for (let byte = bytes[to]; byte !== QUOTE; byte = bytes[to]) {
      if (byte === undefined || byte === BACKSLASH) return selection.named(String(this.whole()));
      to += 1;
    }
    this.at = to + 1;
    return selection.find(bytes, from, to);
  }

  private array(selection: Selection<unknown>): unknown[] {
    const values: unknown[] = [];
    this.at += 1;
    if (this.next() === CLOSE_BRACKET) {
      this.at += 1;
      return values;
    }
    for (;;) {
      values.push(this.value(selection));
      const byte = this.next();
      this.at += 1;
      if (byte === CLOSE_BRACKET) return values;
      if (byte !== COMMA) this.fail();
    }
  }

  /** Most numbers are whole and short. */
  private number(): unknown {
    const { bytes } = this;
    const from = this.at;
    let at = from;
    let value = 0;
    let byte = bytes[at];
    while (byte !== undefined && byte >= ZERO && byte <= NINE) {
      value = value * 10 + (byte - ZERO);
      at += 1;
      byte = bytes[at];
    }
    const digits = at - from;
    const more = byte === POINT || byte === LOWER_E || byte === UPPER_E;
    if (more || digits > SAFE_DIGITS || (bytes[from] === ZERO && digits > 1)) return this.whole();
    this.at = at;
    return value;
  }

  /** Most texts are ASCII and need no unescaping. */
  private text(): unknown {
    const { bytes } = this;
    const from = this.at + 1;
    let at = from;
    let bits = 0;
    for (let byte = bytes[at]; byte !== QUOTE; byte = bytes[at]) {
      if (byte === undefined || byte === BACKSLASH || byte < SPACE) return this.whole();
      bits |= byte;
      at += 1;
    }
    if (bits > ASCII_MAX) return this.whole();
    this.at = at + 1;
    return bytes.toString('latin1', from, at);
  }

  private whole(): unknown {
    const from = this.at;
    this.skip();
    return JSON.parse(this.bytes.toString('utf8', from, this.at));
  }

  private skip(): void {
    const byte = this.next();
    if (byte === QUOTE) this.skipText();
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.skipNested();
    else this.skipScalar();
  }

  private skipText(): void {
    const { bytes } = this;
    let at = this.at + 1;
    for (let byte = bytes[at]; byte !== QUOTE; byte = bytes[at]) {
      if (byte === undefined) this.fail();
      at += byte === BACKSLASH ? 2 : 1;
    }
    this.at = at + 1;
  }

  /** Counts levels instead of calling itself: the text may nest as deeply as it likes. */
  private skipNested(): void {
    let level = 0;
    for (;;) {
      const byte = this.bytes[this.at];
      if (byte === undefined) this.fail();
      if (byte === QUOTE) {
        this.skipText();
        continue;
      }
      this.at += 1;
      if (byte === OPEN_BRACE || byte === OPEN_BRACKET) level += 1;
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        level -= 1;
        if (level === 0) return;
      }
    }
  }

  private skipScalar(): void {
    const from = this.at;
    for (let byte = this.bytes[this.at]; byte !== undefined; byte = this.bytes[this.at]) {
      if (byte <= SPACE || byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET) break;
      this.at += 1;
    }
    if (this.at === from) this.fail();
  }

  private fail(): never {
    throw new SyntaxError(`no JSON at byte ${String(this.at)}`);
  }
}
