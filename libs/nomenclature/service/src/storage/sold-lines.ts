import { assert } from '@potok/kernel/assert';
import type { SoldLine } from '@potok/nomenclature-domain/link-lines';

/** Three numbers of at most seven bytes each. */
const LINE_BYTES_MAX = 21;
const LOW_BITS = 0x7f;
const MORE = 0x80;

/**
 * The lines of a sale in a few bytes each: number, product and quantity as unsigned integers of seven bits a byte, the
 * lowest first. One row a line would cost more than the ledger's.
 */
export class SoldLinesPacker {
  private scratch = Buffer.allocUnsafe(64 * LINE_BYTES_MAX);
  private at = 0;

  /** Good until the next call. */
  pack(lines: readonly SoldLine[]): Uint8Array {
    if (this.scratch.length < lines.length * LINE_BYTES_MAX) {
      this.scratch = Buffer.allocUnsafe(lines.length * LINE_BYTES_MAX * 2);
    }
    this.at = 0;
    for (const { lineNo, productNo, quantityMilli } of lines) {
      this.write(lineNo);
      this.write(productNo);
      this.write(quantityMilli);
    }
    return this.scratch.subarray(0, this.at);
  }

  /** Quantities pass 2^31: divided, not shifted. */
  private write(value: number): void {
    let rest = value;
    while (rest > LOW_BITS) {
      this.scratch[this.at++] = (rest % MORE) | MORE;
      rest = Math.floor(rest / MORE);
    }
    this.scratch[this.at++] = rest;
  }
}

export function unpackSoldLines(bytes: Uint8Array): SoldLine[] {
  const numbers: number[] = [];
  let value = 0;
  let scale = 1;
  for (const byte of bytes) {
    value += (byte & LOW_BITS) * scale;
    scale *= MORE;
    if (byte >= MORE) continue;
    numbers.push(value);
    value = 0;
    scale = 1;
  }
  assert(scale === 1 && numbers.length % 3 === 0, 'packed lines are whole');
  return Array.from({ length: numbers.length / 3 }, (_, index) => ({
    lineNo: numbers[index * 3] ?? 0,
    productNo: numbers[index * 3 + 1] ?? 0,
    quantityMilli: numbers[index * 3 + 2] ?? 0,
  }));
}
