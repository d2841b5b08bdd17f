import type { Command } from 'commander';
import { KafkaConnection } from '@potok/platform-kafka/kafkajs-connection';
import { topicDrift } from '@potok/platform-kafka/topics';
import { z } from 'zod';
import { CommandFailure, UsageError } from '../command-error';
import { tableOf } from '../output';
import { wholeNumber } from '../program';
import type { Register } from '../program';
import { allTopics, ownerOf } from './services';

interface DriftOptions {
  readonly brokers?: string;
  readonly replicationFactor: number;
  readonly minInsyncReplicas: number;
  readonly flushInbox?: boolean;
}

export function addTopicCommands(program: Command, register: Register): void {
  const group = program.command('topics').description('topics of the log');
  const list = group
    .command('list')
    .description('the declared topics')
    .addHelpText('after', '\nExample:\n  npm run potok -- topics list --json -');
  register(list, () => () => {
    const rows = allTopics.map(({ name, context, kind, key, partitions }) => [
      name,
      context,
      kind,
      partitions,
      key,
    ]);
    const lines = tableOf(['TOPIC', 'OWNER', 'KIND', 'PARTITIONS', 'KEY'], rows);
    return Promise.resolve({ report: { topics: allTopics }, lines, passed: true });
  });
  addDrift(group, register);
  addRepublish(group, register);
}

function addDrift(group: Command, register: Register): void {
  const drift = group
    .command('drift')
    .description('where the cluster differs from the declarations; exit code 1 when it does')
    .option('--brokers <list>', 'host:port,… (default: KAFKA_BROKERS)')
    .option('--replication-factor <number>', 'as the services are configured', wholeNumber(1), 1)
    .option('--min-insync-replicas <number>', 'as the services are configured', wholeNumber(1), 1)
    .option('--flush-inbox', 'as the services are configured')
    .addHelpText('after', '\nExample:\n  npm run potok -- topics drift --brokers 127.0.0.1:9092');
  register(drift, (command) => async ({ environment }) => {
    const options = command.opts<DriftOptions>();
    const brokers = (options.brokers ?? environment['KAFKA_BROKERS'] ?? '').split(',').filter(Boolean);
    if (brokers.length === 0) throw new UsageError('--brokers or KAFKA_BROKERS is needed');
    const found = await topicDrift(new KafkaConnection({ brokers, clientId: 'potok-cli' }), allTopics, {
      replicationFactor: options.replicationFactor,
      minInsyncReplicas: options.minInsyncReplicas,
      flushInbox: options.flushInbox === true,
    }).catch((error: unknown) => {
      throw new CommandFailure(
        `${brokers.join(',')}: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
    const rows = found.map(({ topic, setting, declared, found: actual }) => [
      topic,
      setting,
      declared,
      actual,
    ]);
    const lines =
      rows.length === 0 ? ['no differences'] : tableOf(['TOPIC', 'SETTING', 'DECLARED', 'FOUND'], rows);
    return { report: { drift: found }, lines, passed: found.length === 0 };
  });
}

function addRepublish(group: Command, register: Register): void {
  const republish = group
    .command('republish')
    .description('send the events of a store again, from a sequence on')
    .requiredOption('--topic <name>', 'the topic')
    .requiredOption('--store <id>', 'the store')
    .requiredOption('--from <sequence>', 'the sequence that a consumer waits for', wholeNumber(1))
    .addHelpText(
      'after',
      '\nExample:\n  npm run potok -- topics republish --topic retail.stock.movements.v1 --store store-0007 --from 1201',
    );
  register(republish, (command) => async ({ client }) => {
    const { topic, store, from } = command.opts<{ topic: string; store: string; from: number }>();
    const service = ownerOf(topic);
    if (service === null) throw new UsageError(`--topic ${topic}: not declared; see topics list`);
    const answer = await client.send({
      method: 'POST',
      path: `/v1/${service}/republish`,
      body: { topic, streamKey: store, fromSeq: from },
      repeatable: true,
    });
    const report = z.looseObject({}).parse(answer);
    return { report, lines: [`${topic}: ${store} is sent again from ${String(from)} on`], passed: true };
  });
}
