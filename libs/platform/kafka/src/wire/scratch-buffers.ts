const SIZE_MIN = 64 * 1024;
const KEPT_MAX = 8;
/** A larger one is rare and left to the garbage collector. */
const KEPT_BYTES_MAX = 2 * 1024 * 1024;

/**
 * Memory for what is needed only until it is compressed. Fresh memory for every record batch costs more than filling
 * it: the system clears each page, and V8 collects garbage for its sake.
 */
export class ScratchBuffers {
  private readonly free: Buffer[] = [];

  /** At least this large; what stands in it is of no meaning. */
  take(bytes: number): Buffer {
    const index = this.free.findIndex((buffer) => buffer.length >= bytes);
    const [found] = index < 0 ? [] : this.free.splice(index, 1);
    return found ?? Buffer.allocUnsafeSlow(Math.max(SIZE_MIN, 2 ** Math.ceil(Math.log2(bytes))));
  }

  /** Nobody may hold a part of it any more. */
  give(buffer: Buffer): void {
    if (buffer.length > KEPT_BYTES_MAX) return;
    this.free.push(buffer);
    if (this.free.length <= KEPT_MAX) return;
    this.free.sort((one, other) => other.length - one.length).pop();
  }
}
