import { setTimeout as sleep } from 'node:timers/promises';
import type { TopicDeclaration } from '@potok/kernel/contract';
import type { LogAdmin } from '@potok/platform-kafka/log';
import { PositionRepository } from '@potok/platform-kafka/runner/position.repository';
import type { Transactor } from '@potok/platform-postgres/tx';

export interface GatedCopy {
  readonly name: string;
  readonly topic: TopicDeclaration;
}

export interface ReadCopyProgress {
  readonly copy: string;
  readonly topic: string;
  /** Records between the stored positions and the log's ends at start-up; null before those are known. */
  readonly recordsLeft: number | null;
}

export interface ReadCopyGateOptions {
  readonly database: Transactor;
  readonly admin: LogAdmin;
  readonly copies: readonly GatedCopy[];
  readonly pollMs?: number;
  /** Told about reads that failed; they are repeated. */
  readonly onTrouble?: (error: unknown) => void;
}

interface Target {
  readonly copy: GatedCopy;
  readonly positions: PositionRepository;
  /** By partition: where the log ended at start-up, partitions without records left out. */
  readonly ends: ReadonlyMap<number, number>;
  recordsLeft: number;
}

const POLL_MS = 200;

/**
 * Opens once every read copy has applied what its topic held when the process started. It reads the stored positions,
 * so it does not matter which replica feeds the copy. Until then a consumer would decide on an old state of others.
 */
export class ReadCopyGate {
  private readonly targets = new Map<string, Target>();
  private opening: Promise<void> | null = null;
  private closed = false;

  constructor(private readonly options: ReadCopyGateOptions) {}

  /** Resolves when the gate is open; every caller waits for the same ends. Rejects after `close`. */
  opened(): Promise<void> {
    this.opening ??= this.open();
    return this.opening;
  }

  isOpen(): boolean {
    return this.progress().every(({ recordsLeft }) => recordsLeft === 0);
  }

  progress(): readonly ReadCopyProgress[] {
    return this.options.copies.map(({ name, topic }) => ({
      copy: name,
      topic: topic.name,
      recordsLeft: this.targets.get(name)?.recordsLeft ?? null,
    }));
  }

  /** The process ends before the gate has opened. */
  close(): void {
    this.closed = true;
  }

  private async open(): Promise<void> {
    await Promise.all(this.options.copies.map((copy) => this.reach(copy)));
  }

  private async reach(copy: GatedCopy): Promise<void> {
    const target = await this.repeated(() => this.targetOf(copy));
    this.targets.set(copy.name, target);
    for (;;) {
      target.recordsLeft = await this.repeated(() => this.recordsLeft(target));
      if (target.recordsLeft === 0) return;
      await sleep(this.options.pollMs ?? POLL_MS);
    }
  }

  private async targetOf(copy: GatedCopy): Promise<Target> {
    const { admin } = this.options;
    const topic = copy.topic.name;
    const [clusterId, incarnation, bounds] = await Promise.all([
      admin.clusterId(),
      admin.incarnation(topic),
      admin.bounds(topic),
    ]);
    const filled = [...bounds].filter(([, { earliest, end }]) => end > earliest);
    return {
      copy,
      positions: new PositionRepository({ consumer: copy.name, clusterId, topic, incarnation }),
      ends: new Map(filled.map(([partition, { end }]) => [partition, end])),
      recordsLeft: filled.reduce((sum, [, { earliest, end }]) => sum + end - earliest, 0),
    };
  }

  private async recordsLeft({ positions, ends }: Target): Promise<number> {
    const reached = await positions.read(this.options.database, [...ends.keys()]);
    let left = 0;
    for (const [partition, end] of ends) left += Math.max(0, end - (reached.get(partition) ?? 0));
    return left;
  }

  private async repeated<T>(read: () => Promise<T>): Promise<T> {
    for (;;) {
      if (this.closed) throw new Error('the process ends before its read copies are there');
      try {
        return await read();
      } catch (error) {
        this.options.onTrouble?.(error);
        await sleep(this.options.pollMs ?? POLL_MS);
      }
    }
  }
}
