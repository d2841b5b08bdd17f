import type { TopicDeclaration } from '@potok/kernel/contract';

/** Bounds of one transaction of a consumer; whichever is reached first commits. */
export interface CommitCaps {
  readonly recordsMax: number;
  readonly bytesMax: number;
  /** How long a slice may wait for others to join it. 0 commits what is there. */
  readonly lingerMs: number;
}

/**
 * One consumer: its own Kafka group (the name), its own positions. `stream` topics are deduplicated by sequence and
 * arrive as `EventBatch`; `plain` topics (inbox, state) by position alone and arrive as `RecordBatch`.
 */
export interface ConsumerDefinition {
  /** Group id and the key of positions, for example `stock-ledger.receipts`. */
  readonly name: string;
  readonly topic: TopicDeclaration;
  readonly mode: 'stream' | 'plain';
  /** `ce_type`s that the handler understands; others are counted and passed over, or halt when they say so. */
  readonly types: readonly string[];
  readonly caps: CommitCaps;
  /** Transactions at once, over disjoint partitions. */
  readonly parallelTransactions: number;
}

/** The Nest message pattern of a consumer's handler: group and topic, never one event type. */
export function patternOf(consumer: string, topic: string): string {
  return `${consumer}:${topic}`;
}
