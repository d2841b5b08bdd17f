import type { LogAdmin, LogRecord } from '@potok/platform-kafka/log';

/** Reads a topic from its beginning to its end, and later what has come since. */
export class TopicFollower {
  private readonly positions = new Map<number, number>();

  constructor(
    private readonly admin: LogAdmin,
    readonly topic: string,
    private readonly onRecord: (record: LogRecord) => void,
  ) {}

  /** Answers how many records were new. */
  async catchUp(): Promise<number> {
    let records = 0;
    const { topic } = this;
    for (const [partition, { end }] of await this.admin.bounds(topic)) {
      const from = this.positions.get(partition) ?? 0;
      if (end <= from) continue;
      const read = await this.admin.readPartition({ topic, partition, from }, (batch) => {
        for (const record of batch) {
          this.onRecord(record);
          records += 1;
        }
      });
      this.positions.set(partition, read.end);
    }
    return records;
  }
}
