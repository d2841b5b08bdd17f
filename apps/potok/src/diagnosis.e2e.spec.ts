import { KafkaConnection } from '@potok/platform-kafka/kafkajs-connection';
import { Database } from '@potok/platform-postgres/database';
import { startOwnBroker } from '@potok/platform-testing/own-broker';
import type { OwnBroker } from '@potok/platform-testing/own-broker';
import { waitFor } from '@potok/platform-testing/wait-for';
import { startPotok } from './testing/running-potok';
import type { RunningPotok } from './testing/running-potok';

interface Check {
  readonly check: string;
  readonly level: string;
  readonly detail: string;
  readonly remedy: string | null;
}

/** Kafka's number for a topic among the things that have a configuration. */
const KAFKA_TOPIC_RESOURCE = 2;

let broker: OwnBroker;
let potok: RunningPotok;

beforeAll(async () => {
  broker = await startOwnBroker();
  potok = await startPotok(broker.brokers);
});

afterAll(async () => {
  await potok.stop();
  await broker.stop();
});

async function diagnosis(service: string): Promise<readonly Check[]> {
  const response = await fetch(`${potok.address}/v1/${service}/diagnosis`, {
    headers: { authorization: `Bearer ${potok.adminToken}` },
  });
  expect(response.status).toBe(200);
  return ((await response.json()) as { checks: Check[] }).checks;
}

async function troubles(service: string): Promise<readonly Check[]> {
  return (await diagnosis(service)).filter(({ level }) => level !== 'ok');
}

describe('the diagnosis of a service', () => {
  it('finds nothing wrong with one that has just started', async () => {
    for (const service of ['ingestion', 'nomenclature', 'stock', 'reporting']) {
      // Leases are taken within a few seconds after the start.
      await waitFor(async () => (await troubles(service)).length === 0, {
        what: `${service} without a trouble`,
      });
      const checks = new Set((await diagnosis(service)).map(({ check }) => check));
      expect([...checks]).toEqual(
        expect.arrayContaining(['database', 'migrations', 'clock', 'broker', 'topics', 'lag', 'quarantine']),
      );
    }
  });

  it('names a topic whose configuration drifted, and the command that mends it', async () => {
    const connection = new KafkaConnection({ brokers: broker.brokers, clientId: 'test' });
    const admin = connection.client().admin();
    await admin.connect();
    await admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: KAFKA_TOPIC_RESOURCE,
          name: 'retail.stock.movements.v1',
          configEntries: [{ name: 'retention.ms', value: '1000' }],
        },
      ],
    });
    await admin.disconnect();
    const found = await troubles('stock');
    expect(found.find(({ detail }) => detail.includes('retention.ms is 1000'))).toMatchObject({
      check: 'topics',
      level: 'warn',
      remedy: expect.stringContaining('kafka-configs.sh --alter') as string,
    });
  });

  it('names a migration that was changed after it had been applied, and one that is missing', async () => {
    const database = new Database({ url: potok.urls.nomenclature, applicationName: 'test', poolMax: 1 });
    await database.query(`UPDATE schema_migration SET checksum = 'other' WHERE id LIKE 'nomenclature-0001%'`);
    expect(await troubles('nomenclature')).toMatchObject([
      { check: 'migrations', level: 'fail', detail: expect.stringContaining('nomenclature-0001') as string },
    ]);
    await database.query(`DELETE FROM schema_migration WHERE id LIKE 'nomenclature-0001%'`);
    expect(await troubles('nomenclature')).toMatchObject([
      { check: 'migrations', level: 'fail', remedy: expect.stringContaining('Restart') as string },
    ]);
    await database.close();
  });

  it('names a store that waits, and how it goes on', async () => {
    const database = new Database({ url: potok.urls.stock, applicationName: 'test', poolMax: 1 });
    await database.query(
      `INSERT INTO stream_applied (consumer, topic, stream_key, partition, epoch, seq, closed, expected_seq,
         halted_at_offset, halted_reason)
       VALUES ('stock-ledger.receipts', 'retail.sales.receipts.v1', 'store-9', 1, 1, 41, false, 42, 7, 'hole')`,
    );
    await database.close();
    expect((await troubles('stock')).find(({ check }) => check === 'halts')).toMatchObject({
      level: 'fail',
      detail: expect.stringContaining('store-9 waits for sequence 42') as string,
      remedy: expect.stringContaining(
        'topics republish --topic retail.sales.receipts.v1 --store store-9 --from 42',
      ) as string,
    });
  });
});
