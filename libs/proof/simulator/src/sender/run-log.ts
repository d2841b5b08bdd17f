import { createWriteStream, mkdirSync, writeFileSync, renameSync, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import type { SimulationOptions } from '../chain/options';
import type { DocumentFacts } from '../truth/document-facts';
import type { DeliveredFact, ExpectedTotals } from '../truth/ground-truth';

/** One acknowledged transmission: what is true of it, and what the platform answered when. */
export interface SentRecord {
  readonly facts: DocumentFacts;
  readonly outcome: 'accepted' | 'held' | 'rejected';
  readonly code: string | null;
  readonly acknowledgedAtMs: number;
  readonly attempts: number;
}

/** What the run came to, written last. */
export interface RunSummary {
  readonly options: SimulationOptions;
  readonly complete: boolean;
  /** Why it is not complete. */
  readonly failure: string | null;
  /** First sends, repeats left out; and those that were acknowledged. */
  readonly documentsSent: number;
  readonly documentsAcknowledged: number;
  /** Identical bytes sent again: planned ones and those after a lost answer. */
  readonly repeatsSent: number;
  readonly resent: number;
  readonly expected: ExpectedTotals;
  readonly deliveries: readonly DeliveredFact[];
  /** Numbers of documents that were never sent and never will be. */
  readonly gaps: readonly GapFact[];
  /** Documents that were passed over at first, and of these those that the platform asked for. */
  readonly forgotten: number;
  readonly recalled: number;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  /** Calls that had to be made again: lost connections, 429, 5xx. */
  readonly callsRepeated: number;
  /** Requests with documents of which nothing was taken: 429 and 503. */
  readonly refusedBusy: number;
  readonly refusedOverloaded: number;
}

export interface GapFact {
  readonly storeId: string;
  readonly registerId: string;
  /** `scheme|series|number`. */
  readonly identity: string;
}

/** How far a run is, for whoever watches it. */
export interface RunProgress {
  readonly phase: 'setUp' | 'trade' | 'settle' | 'done';
  readonly sent: number;
  readonly acknowledged: number;
  readonly unconfirmed: number;
  readonly days: number;
}

export const runLogFiles = {
  sent: 'sent.ndjson',
  summary: 'summary.json',
  progress: 'progress.json',
} as const;

/** Writes a run's files into its folder: the audit reads them. */
export class RunLog {
  private readonly stream: WriteStream;
  private failure: Error | undefined;

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
    this.stream = createWriteStream(path.join(folder, runLogFiles.sent));
    this.stream.on('error', (error) => {
      this.failure = error;
    });
  }

  async write(records: readonly SentRecord[]): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    const text = records.map((record) => `${JSON.stringify(record)}\n`).join('');
    if (!this.stream.write(text)) await once(this.stream, 'drain');
  }

  progress(progress: RunProgress): void {
    this.replace(runLogFiles.progress, progress);
  }

  async finish(summary: RunSummary): Promise<void> {
    this.stream.end();
    await once(this.stream, 'close');
    if (this.failure !== undefined) throw this.failure;
    this.replace(runLogFiles.summary, summary);
  }

  private replace(name: string, value: object): void {
    const file = path.join(this.folder, name);
    writeFileSync(`${file}.part`, JSON.stringify(value));
    renameSync(`${file}.part`, file);
  }
}
