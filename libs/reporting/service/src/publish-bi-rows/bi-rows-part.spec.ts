import { addBiRows } from './bi-rows-part';
import type { BiRowsRuntime } from './bi-rows-part';

const LIMITS = { commitRecordsMax: 2000, commitBytesMax: 1_000_000, commitLingerMs: 100 };

function runtime() {
  const consumers: string[] = [];
  const topics: string[] = [];
  const parts: BiRowsRuntime = {
    host: { clock: { nowMs: () => 0 } },
    addConsumer: ({ name }) => consumers.push(name),
    addStreamRelay: ({ topic }) => {
      topics.push(topic.name);
    },
  };
  return { parts, consumers, topics };
}

it('BI_ROWS=0 makes no rows: no consumer, no relay, no handler', () => {
  const { parts, consumers, topics } = runtime();
  expect(addBiRows(parts, { ...LIMITS, enabled: false })).toEqual({ controllers: [], providers: [] });
  expect([consumers, topics]).toEqual([[], []]);
});

it('rows for BI have a consumer and a position of their own', () => {
  const { parts, consumers, topics } = runtime();
  expect(addBiRows(parts, { ...LIMITS, enabled: true }).controllers).toHaveLength(1);
  expect([consumers, topics]).toEqual([['reporting.bi'], ['bi.receipt-lines.v1']]);
});
