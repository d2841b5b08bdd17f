import { asError } from '@potok/platform-kafka/errors';
import type { LogProducer, ProducerBatch } from '@potok/platform-kafka/log';

export interface SendOutcome {
  /** Partitions that were acknowledged as a whole. */
  readonly sent: ReadonlySet<number>;
  /** Why others were not: whether they were written is unknown. */
  readonly error: Error | null;
}

/**
 * Sends the batches of several partitions in one request. After a failure each partition is sent by itself until all
 * succeed again: a partition without a leader must not hold up the others.
 */
export class BatchSender {
  private apart = false;

  constructor(private readonly producer: LogProducer) {}

  async send(batches: readonly ProducerBatch[]): Promise<SendOutcome> {
    const groups = this.apart ? batches.map((batch) => [batch]) : [batches];
    const outcomes = await Promise.allSettled(groups.map((group) => this.producer.send(group)));
    const sent = new Set<number>();
    let error: Error | null = null;
    outcomes.forEach((outcome, index) => {
      if (outcome.status === 'rejected') error = asError(outcome.reason);
      else for (const { partition } of groups[index] ?? []) sent.add(partition);
    });
    this.apart = error !== null;
    return { sent, error };
  }
}
