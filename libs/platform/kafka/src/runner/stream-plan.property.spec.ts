import fc from 'fast-check';
import type { LogRecord } from '../log';
import { HeadReader } from './record-head';
import { SliceInHand } from './slice-in-hand';
import { planStream, streamKeysOf } from './stream-plan';
import type { StreamState } from './stream-state';
import { KNOWN, recordOf } from './test-support/runner-fixture';

const TOPIC = 'test';

function logRecord(streamKey: string, seq: number, offset: number): LogRecord {
  const { value, headers } = recordOf({ streamKey, seq });
  const bytes = Object.entries(headers).map(([name, text]): [string, Buffer] => [name, Buffer.from(text)]);
  const place = { topic: TOPIC, partition: 0, offset, timestampMs: 0 };
  return { ...place, key: Buffer.from(streamKey), value, headers: Object.fromEntries(bytes) };
}

function garbage(offset: number): LogRecord {
  return { ...logRecord('garbage', 1, offset), headers: {} };
}

/** What the records come to when they are applied in pieces of these sizes. */
function appliedInPieces(records: readonly LogRecord[], sizes: readonly number[]) {
  const reader = new HeadReader([KNOWN]);
  const states = new Map<string, StreamState>();
  const applied: string[] = [];
  const unreadable: number[] = [];
  let from = 0;
  for (let piece = 0; from < records.length; piece += 1) {
    const part = records.slice(from, from + (sizes[piece % sizes.length] ?? 1));
    from += part.length;
    const slice = new SliceInHand(
      { topic: TOPIC, partition: 0, records: part, highWatermark: records.length },
      part[0]?.offset ?? 0,
      () => undefined,
    );
    slice.heads = part.map((record) => reader.read(record));
    const chunks = [{ slice, from: 0, to: part.length, startPosition: slice.position }];
    const locked = new Map([...states].filter(([key]) => streamKeysOf(chunks).includes(key)));
    const plan = planStream(chunks, locked);
    for (const change of plan.changes) states.set(change.streamKey, change.after);
    applied.push(...plan.items.map((item) => `${item.streamKey}/${String(item.seq)}`));
    unreadable.push(...plan.unreadable.map(({ record }) => record.offset));
  }
  return { applied, unreadable, states: [...states].sort(([left], [right]) => (left < right ? -1 : 1)) };
}

const deliveries = fc.array(
  fc.oneof(
    {
      weight: 10,
      arbitrary: fc.record({ key: fc.constantFrom('a', 'b', 'c'), seq: fc.integer({ min: 1, max: 8 }) }),
    },
    { weight: 1, arbitrary: fc.constant(null) },
  ),
  { maxLength: 60 },
);

describe('the plan of a batch', () => {
  it('does not depend on where batches begin and end', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(deliveries, sizes, (drafts, pieces) => {
        const records = drafts.map((draft, offset) =>
          draft === null ? garbage(offset) : logRecord(draft.key, draft.seq, offset),
        );
        expect(appliedInPieces(records, pieces)).toEqual(appliedInPieces(records, [records.length + 1]));
      }),
      { seed: 20261124, numRuns: 500 },
    );
  });

  it('applies each stream from 1 upward without holes or repeats, whatever is delivered', () => {
    fc.assert(
      fc.property(deliveries, (drafts) => {
        const records = drafts.flatMap((draft, offset) =>
          draft === null ? [] : [logRecord(draft.key, draft.seq, offset)],
        );
        const { applied } = appliedInPieces(records, [7]);
        for (const key of ['a', 'b', 'c']) {
          const seqs = applied.filter((one) => one.startsWith(key)).map((one) => Number(one.slice(2)));
          expect(seqs).toEqual(seqs.map((_, index) => index + 1));
        }
      }),
      { seed: 20261124, numRuns: 500 },
    );
  });
});
