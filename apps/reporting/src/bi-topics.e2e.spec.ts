import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { receiptsTopic } from '@potok/nomenclature-contracts/topics';
import { eventHeaders } from '@potok/platform-kafka/event-headers';
import { KafkaConnection } from '@potok/platform-kafka/kafkajs-connection';
import { KafkajsProducer } from '@potok/platform-kafka/kafkajs-producer';
import { murmur2Partition } from '@potok/platform-kafka/partitioner';
import type { StreamEvent } from '@potok/platform-kafka/stream-event';
import { requestRepublish } from '@potok/platform-publication/republish';
import { startOwnBroker } from '@potok/platform-testing/own-broker';
import type { OwnBroker } from '@potok/platform-testing/own-broker';
import { waitFor } from '@potok/platform-testing/wait-for';
import { dailySalesTopic, receiptLinesTopic } from '@potok/reporting-contracts/bi-topics';
import { biStory } from '@potok/reporting-service/testing/bi-story';
import type { StoryTruth } from '@potok/reporting-service/testing/bi-story';
import { ANALYST, biFile, biPython, python, SKIPPED_WITHOUT_TOOLS } from './testing/bi-tools';
import { startReporting } from './testing/running-reporting';
import type { RunningReporting } from './testing/running-reporting';

const STORY = biStory({ seed: 5, stores: 4, steps: 900 });

let broker: OwnBroker;
let reporting: RunningReporting;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'potok-bi-'));
  broker = await startOwnBroker();
  reporting = await startReporting(broker.brokers, { BI_COMMIT_LINGER_MS: '20', BI_DAYS_INTERVAL_MS: '200' });
  await produce(STORY.events);
  await everythingPublished();
  await produce(STORY.events.slice(0, 200));
  await repeatStore('store-1');
}, 180_000);
afterAll(async () => {
  await reporting.stop();
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function produce(events: readonly StreamEvent[]): Promise<void> {
  const connection = new KafkaConnection({ brokers: broker.brokers, clientId: 'bi-spec' });
  const producer = new KafkajsProducer(connection);
  await producer.connect();
  const partitions = new Map<number, { key: string; value: Buffer; headers: Record<string, string> }[]>();
  for (const { streamKey, eventId, type, epoch, seq, value } of events) {
    const partition = murmur2Partition(streamKey, receiptsTopic.partitions);
    const headers = eventHeaders({
      id: eventId,
      type,
      source: '/test',
      time: '2026-03-02T09:15:01.450Z',
      epoch,
      seq,
      mustUnderstand: true,
      traceparent: null,
    });
    partitions.set(partition, [...(partitions.get(partition) ?? []), { key: streamKey, value, headers }]);
  }
  await producer.send(
    [...partitions].map(([partition, records]) => ({ topic: receiptsTopic.name, partition, records })),
  );
  await producer.close();
}

function lastSequences(): Map<string, number> {
  return new Map(STORY.events.map((event) => [event.streamKey, event.seq]));
}

async function everythingPublished(): Promise<void> {
  const { database } = reporting.test;
  const expected = [...lastSequences()].sort();
  const applied = async () => {
    const { rows } = await database.query<{ stream_key: string; seq: bigint }>(
      `SELECT stream_key, seq FROM stream_applied WHERE consumer = 'reporting.bi'`,
    );
    return (
      JSON.stringify(rows.map((row) => [row.stream_key, Number(row.seq)]).sort()) === JSON.stringify(expected)
    );
  };
  await waitFor(applied, { what: 'the rows of all receipts', timeoutMs: 60_000 });
  const published = async () => {
    const { rows } = await database.query<{ behind: bigint }>(
      `SELECT count(*) AS behind FROM publication_stream s LEFT JOIN publication_progress p USING (topic, stream_key)
       WHERE s.topic = $1 AND s.last_seq <> coalesce(p.published_up_to, 0)`,
      [receiptLinesTopic.name],
    );
    return rows[0]?.behind === 0n;
  };
  await waitFor(published, { what: 'the publication of all rows', timeoutMs: 60_000 });
  const daysPublished = async () => {
    const { rows } = await database.query<{ applied: bigint; waiting: bigint }>(
      `SELECT (SELECT coalesce(sum(applied_seq), 0)::bigint FROM store_report) AS applied,
        (SELECT count(*) FROM bi_day_mark) + (SELECT count(*) FROM publication_dirty) AS waiting`,
    );
    const all = [...lastSequences().values()].reduce((sum, seq) => sum + seq, 0);
    return rows[0]?.applied === BigInt(all) && rows[0].waiting === 0n;
  };
  await waitFor(daysPublished, { what: 'the publication of all days', timeoutMs: 60_000 });
}

/** The topic then holds every row of the store twice. */
async function repeatStore(streamKey: string): Promise<void> {
  const { database } = reporting.test;
  await requestRepublish(database, { topic: receiptLinesTopic.name, streamKey, fromSeq: 1 });
  const finished = async () => {
    const { rows } = await database.query('SELECT 1 FROM publication_republish WHERE finished_at IS NULL');
    return rows.length === 0;
  };
  await waitFor(finished, { what: 'the republication', timeoutMs: 60_000 });
}

const SUMS = `count(*), sum(is_first), sum(amount_kop), sum(revenue_kop), sum(stock_qty_milli), sum(is_first * receipt_total_kop)`;

function expectedRows(): unknown[] {
  return [...STORY.truth].map(([day, truth]) => [...day.split('|'), ...numbersOf(truth)]).sort();
}

function numbersOf(truth: StoryTruth): number[] {
  const { lines, receipts, amountKopecks, revenueKopecks, stockMilli, receiptTotalKopecks } = truth;
  return [lines, receipts, amountKopecks, revenueKopecks, stockMilli, receiptTotalKopecks];
}

const itWithTools = biPython() === null ? it.skip : it;
const why = biPython() === null ? ` (${SKIPPED_WITHOUT_TOOLS})` : '';

const DAY_SUMS = 'sum(sale_receipts + return_receipts), sum(revenue_kop)';

function expectedDays(): unknown[] {
  return [...STORY.truth]
    .map(([day, { receipts, revenueKopecks }]) => [...day.split('|'), receipts, revenueKopecks])
    .sort();
}

describe(`bi.receipt-lines as analysts read it${why}`, () => {
  itWithTools('DuckDB, filled by a Kafka client that is not ours, gives the sums to the kopeck', async () => {
    const file = path.join(folder, 'chain.duckdb');
    const load = () =>
      python(
        biFile('duckdb/load.py'),
        '--brokers',
        broker.brokers.join(','),
        '--database',
        file,
        '--table',
        'receipt_lines',
      );
    expect(await load()).toMatchObject({ table: 'receipt_lines' });
    const query = `SELECT store_id, business_date, ${SUMS} FROM receipt_lines_now GROUP BY 1, 2 ORDER BY 1, 2`;
    expect(await python(ANALYST, 'duckdb', file, query)).toEqual(expectedRows());
    expect(await load()).toEqual({ table: 'receipt_lines', records: 0 });
    const holes =
      'SELECT store_id FROM receipt_lines GROUP BY 1 HAVING count(DISTINCT row_seq) <> max(row_seq)';
    expect(await python(ANALYST, 'duckdb', file, holes)).toEqual([]);
  });

  itWithTools('ClickHouse gives the sums to the kopeck from its table of the generated DDL', async () => {
    const query = `SELECT store_id, business_date, ${SUMS} FROM potok.receipt_lines_now GROUP BY 1, 2 ORDER BY 1, 2`;
    const ddl = biFile('clickhouse/receipt-lines.sql');
    const parameters = [ddl, broker.brokers.join(','), receiptLinesTopic.name, query] as const;
    expect(await python(ANALYST, 'clickhouse', ...parameters)).toEqual(expectedRows());
  });
});

describe(`bi.daily-sales as analysts read it${why}`, () => {
  const days = (view: string) =>
    `SELECT store_id, business_date, ${DAY_SUMS} FROM ${view} GROUP BY 1, 2 HAVING sum(sale_receipts + return_receipts) > 0 ORDER BY 1, 2`;

  itWithTools('DuckDB gives the days to the kopeck', async () => {
    const file = path.join(folder, 'days.duckdb');
    const to = ['--brokers', broker.brokers.join(','), '--database', file, '--table', 'daily_sales'];
    await python(biFile('duckdb/load.py'), ...to);
    expect(await python(ANALYST, 'duckdb', file, days('daily_sales_now'))).toEqual(expectedDays());
  });

  itWithTools('ClickHouse gives the days to the kopeck', async () => {
    const parameters = [biFile('clickhouse/daily-sales.sql'), broker.brokers.join(','), dailySalesTopic.name];
    const query = days('potok.daily_sales_now');
    expect(await python(ANALYST, 'clickhouse', ...parameters, query)).toEqual(expectedDays());
  });
});
