/**
 * Buffers of one size that are used again: fresh memory for every batch would cost more than filling it. One pool
 * serves all transactions of a service.
 */
export class ChunkPool {
  private readonly free: Buffer[] = [];

  constructor(
    readonly chunkBytes: number,
    /** More than this many are left to the garbage collector. */
    private readonly keptMax: number,
  ) {}

  take(): Buffer {
    return this.free.pop() ?? Buffer.allocUnsafeSlow(this.chunkBytes);
  }

  give(chunk: Buffer): void {
    if (chunk.length === this.chunkBytes && this.free.length < this.keptMax) this.free.push(chunk);
  }
}
