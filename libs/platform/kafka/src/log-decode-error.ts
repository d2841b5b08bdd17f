import { asError } from './errors';
import type { TopicPartition } from './log';

/** What lies in the log at this place cannot be read: a foreign codec, or damaged bytes. Repeating does not help. */
export class LogDecodeError extends Error {
  override readonly name = 'LogDecodeError';
  readonly topic: string;
  readonly partition: number;
  readonly position: number;

  constructor(at: TopicPartition & { readonly position: number }, cause: unknown) {
    super(
      `${at.topic}/${String(at.partition)} from offset ${String(at.position)}: ${asError(cause).message}`,
      { cause },
    );
    this.topic = at.topic;
    this.partition = at.partition;
    this.position = at.position;
  }
}
