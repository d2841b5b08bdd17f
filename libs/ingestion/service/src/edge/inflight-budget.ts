export interface InflightLimits {
  /** Bytes on their way to the broker, all senders together. */
  readonly bytesMax: number;
  /** Of one sender. */
  readonly senderBytesMax: number;
  /** Requests of one sender in hand. */
  readonly senderRequestsMax: number;
}

export type Refusal = 'senderBusy' | 'full';

interface Sender {
  requests: number;
  bytes: number;
}

/** Bounds what has been received and is not yet acknowledged by the broker: nothing piles up in memory. */
export class InflightBudget {
  private bytes = 0;
  private readonly senders = new Map<string, Sender>();

  constructor(private readonly limits: InflightLimits) {}

  get bytesInFlight(): number {
    return this.bytes;
  }

  /** Begins a request; null when it may. Every admitted request must be ended by `leave`. */
  enter(senderId: string): Refusal | null {
    if (this.bytes >= this.limits.bytesMax) return 'full';
    const sender = this.senders.get(senderId) ?? { requests: 0, bytes: 0 };
    const { senderRequestsMax, senderBytesMax } = this.limits;
    if (sender.requests >= senderRequestsMax || sender.bytes >= senderBytesMax) return 'senderBusy';
    sender.requests += 1;
    this.senders.set(senderId, sender);
    return null;
  }

  leave(senderId: string): void {
    this.change(senderId, (sender) => {
      sender.requests -= 1;
    });
  }

  /** True when these bytes may go to the broker now; then `release` them when their outcome is known. */
  reserve(senderId: string, bytes: number): boolean {
    const sender = this.senders.get(senderId);
    const { bytesMax, senderBytesMax } = this.limits;
    // One chunk always fits, however large: else a request with a long line could never get through.
    const full = this.bytes > 0 && this.bytes + bytes > bytesMax;
    const busy = sender !== undefined && sender.bytes > 0 && sender.bytes + bytes > senderBytesMax;
    if (full || busy) return false;
    this.bytes += bytes;
    this.change(senderId, (known) => {
      known.bytes += bytes;
    });
    return true;
  }

  release(senderId: string, bytes: number): void {
    this.bytes -= bytes;
    this.change(senderId, (sender) => {
      sender.bytes -= bytes;
    });
  }

  private change(senderId: string, change: (sender: Sender) => void): void {
    const sender = this.senders.get(senderId) ?? { requests: 0, bytes: 0 };
    change(sender);
    if (sender.requests <= 0 && sender.bytes <= 0) this.senders.delete(senderId);
    else this.senders.set(senderId, sender);
  }
}
