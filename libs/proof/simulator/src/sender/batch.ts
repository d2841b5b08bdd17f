import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { SeededRandom } from '../random/seeded-random';
import type { Transmission } from '../delivery/transmission';
import type { EncodedBatch } from './platform-api';

const compress = promisify(gzip);
const bytesMax = 1_500_000;
const gzipChance = 0.3;

/** Takes the next batch from the front of the queue: one document that goes alone, or a run of others. */
export function takeBatch(queue: Transmission[], linesMax: number, random: SeededRandom): Transmission[] {
  const wanted = random.between(1, linesMax);
  const batch: Transmission[] = [];
  let size = 0;
  for (let next = queue[0]; next !== undefined && batch.length < wanted; next = queue[0]) {
    if (batch.length > 0 && (next.alone || size + next.text.length > bytesMax)) break;
    batch.push(next);
    size += next.text.length;
    queue.shift();
    if (next.alone) break;
  }
  return batch;
}

export async function encodeBatch(
  batch: readonly Transmission[],
  random: SeededRandom,
): Promise<EncodedBatch> {
  const [first] = batch;
  if (batch.length === 1 && first?.alone === true && first.facts.expected !== 'rejected') {
    return { body: Buffer.from(first.text), contentType: 'application/json' };
  }
  const body = Buffer.from(`${batch.map(({ text }) => text).join('\n')}\n`);
  const contentType = 'application/x-ndjson';
  if (!random.chance(gzipChance)) return { body, contentType };
  return {
    body: await compress(body, { level: constants.Z_BEST_SPEED }),
    contentType,
    contentEncoding: 'gzip',
  };
}
