import { createReadStream, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { runLogFiles, type RunSummary, type SentRecord } from '@potok/proof-simulator/sender/run-log';

/** What the simulator wrote down: everything that was acknowledged, and what should come of it. */
export interface SentLog {
  readonly records: readonly SentRecord[];
  readonly summary: RunSummary;
}

export async function readSentLog(folder: string): Promise<SentLog> {
  const records: SentRecord[] = [];
  const lines = createInterface({
    input: createReadStream(path.join(folder, runLogFiles.sent)),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) if (line !== '') records.push(JSON.parse(line) as SentRecord);
  const summary = JSON.parse(readFileSync(path.join(folder, runLogFiles.summary), 'utf8')) as RunSummary;
  return { records, summary };
}
