import { hash } from 'node:crypto';
import type { LogAdmin } from '@potok/platform-kafka/log';
import type { Transactor } from '@potok/platform-postgres/tx';
import type { StateRow, StateSource } from './stream';

export interface Reconciliation {
  readonly repaired: number;
  readonly unknownKeys: number;
}

const PAGE_ROWS = 1_000;

/** Makes the last record of every key of a partition the row's: what a new holder does once. */
export class StateReconciliation {
  constructor(
    private readonly database: Transactor,
    private readonly source: StateSource,
    private readonly admin: LogAdmin,
  ) {}

  /** `publish` sends rows and throws when it may not or cannot. */
  async run(
    partition: number,
    publish: (rows: readonly StateRow[]) => Promise<void>,
  ): Promise<Reconciliation> {
    const onTopic = await this.lastDigests(partition);
    let repaired = 0;
    for (let afterKey: string | null = null; ;) {
      const page: readonly StateRow[] = await this.page(partition, afterKey);
      const differing = page.filter((row) => onTopic.get(row.key) !== digestOf(row.value));
      if (differing.length > 0) await publish(differing);
      repaired += differing.length;
      for (const row of page) onTopic.delete(row.key);
      const last = page.at(-1);
      if (last === undefined) return { repaired, unknownKeys: onTopic.size };
      afterKey = last.key;
    }
  }

  private page(partition: number, afterKey: string | null): Promise<readonly StateRow[]> {
    return this.database.tx((tx) => this.source.stored(tx, { partition, afterKey, limit: PAGE_ROWS }), {
      readOnly: true,
    });
  }

  private async lastDigests(partition: number): Promise<Map<string, string>> {
    const digests = new Map<string, string>();
    await this.admin.readPartition({ topic: this.source.topic.name, partition }, (records) => {
      for (const record of records) {
        const key = record.key?.toString('utf8') ?? '';
        const digest = digestOf(record.value);
        if (digest === undefined) digests.delete(key);
        else digests.set(key, digest);
      }
    });
    return digests;
  }
}

/** Undefined for a tombstone, as for a key that the topic does not hold. */
function digestOf(value: Buffer | null): string | undefined {
  return value === null ? undefined : hash('sha1', value, 'base64');
}
