import { setTimeout as sleep } from 'node:timers/promises';
import type { StageReader } from './conservation/stage-reader';
import { receiptsTopicName } from './receipts-book';

interface Step {
  readonly seq: number;
  readonly seenAtMs: number;
}

const pollMs = 200;
/** The consumer whose sums the reports are. */
const reportsConsumer = 'reporting.receipts';

/**
 * Asks reporting, while a chain trades, how far its reports hold each store's receipts. What it sees is up to a poll
 * later than the truth.
 */
export class AppliedWatch {
  private readonly steps = new Map<string, Step[]>();

  /** Looks again and again until `isOver`. A service that is away for a moment is asked again. */
  async follow(reader: StageReader, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const applied = await reader.applied('reporting', receiptsTopicName).catch(() => []);
      const nowMs = Date.now();
      for (const { consumer, streamKey, seq } of applied) {
        if (consumer === reportsConsumer) this.note(streamKey, seq, nowMs);
      }
      await sleep(pollMs);
    }
  }

  note(storeId: string, seq: number, seenAtMs: number): void {
    const steps = this.steps.get(storeId) ?? [];
    this.steps.set(storeId, steps);
    if (seq > (steps.at(-1)?.seq ?? 0)) steps.push({ seq, seenAtMs });
  }

  /** When the reports were first seen to hold an event of a store; null if never while it was watched. */
  heldAtMs(storeId: string, seq: number): number | null {
    const steps = this.steps.get(storeId) ?? [];
    let from = 0;
    let to = steps.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((steps[middle]?.seq ?? 0) < seq) from = middle + 1;
      else to = middle;
    }
    return steps[from]?.seenAtMs ?? null;
  }
}
