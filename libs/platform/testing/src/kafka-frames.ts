// The parts of Kafka's wire protocol that a proxy needs: https://kafka.apache.org/protocol
const lengthBytes = 4;
const largestFrameBytes = 256 * 1024 * 1024;

/** Numbers of Kafka's APIs that tests name. */
export const apiKeys = {
  produce: 0,
  fetch: 1,
  metadata: 3,
  offsetCommit: 8,
  findCoordinator: 10,
  joinGroup: 11,
  heartbeat: 12,
  syncGroup: 14,
  apiVersions: 18,
  createTopics: 19,
} as const;

export interface RequestHeader {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly correlationId: number;
}

/** Cuts a byte stream into frames, each with its length in front. */
export class FrameSplitter {
  private pending: Buffer = Buffer.alloc(0);

  /** The frames that this chunk completes. */
  push(chunk: Buffer): Buffer[] {
    this.pending = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    const frames: Buffer[] = [];
    for (;;) {
      const frameBytes = this.completeFrameBytes();
      if (frameBytes === undefined) return frames;
      frames.push(this.pending.subarray(0, frameBytes));
      this.pending = this.pending.subarray(frameBytes);
    }
  }

  private completeFrameBytes(): number | undefined {
    if (this.pending.length < lengthBytes) return undefined;
    const contentBytes = this.pending.readInt32BE(0);
    if (contentBytes < 0 || contentBytes > largestFrameBytes) {
      throw new Error(`this is not Kafka's protocol: a frame of ${String(contentBytes)} bytes`);
    }
    const frameBytes = lengthBytes + contentBytes;
    return this.pending.length < frameBytes ? undefined : frameBytes;
  }
}

export function requestHeaderOf(frame: Buffer): RequestHeader {
  return {
    apiKey: frame.readInt16BE(lengthBytes),
    apiVersion: frame.readInt16BE(lengthBytes + 2),
    correlationId: frame.readInt32BE(lengthBytes + 4),
  };
}

export function responseCorrelationId(frame: Buffer): number {
  return frame.readInt32BE(lengthBytes);
}

/** A frame of the content. */
export function frameOf(content: Buffer): Buffer {
  const frame = Buffer.alloc(lengthBytes + content.length);
  frame.writeInt32BE(content.length, 0);
  content.copy(frame, lengthBytes);
  return frame;
}

/** The frame without its length. */
export function contentOf(frame: Buffer): Buffer {
  return frame.subarray(lengthBytes);
}
