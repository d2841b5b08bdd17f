import { durationMs, integer, list } from '@potok/platform-config/fields';
import type { KafkaSettings } from './service-host';

/** Configuration fields of every app that hosts services. */
export const serviceConfigFields = {
  kafkaBrokers: list().describe('Brokers of the cluster, host:port, separated by commas'),
  kafkaReplicationFactor: integer(1, 10).default(1).describe('Replicas of each topic; 3 in a cluster'),
  kafkaMinInsyncReplicas: integer(1, 10)
    .default(1)
    .describe('Replicas that must have a record before it is acknowledged'),
  kafkaFlushInbox: integer(0, 1)
    .default(0)
    .describe('1 on a single broker: each record of the inbox is on the disk before it is acknowledged'),
  kafkaRequestTimeoutMs: durationMs(500, 60_000)
    .default(3_000)
    .describe('A request to a broker without an answer for this long is repeated'),
  kafkaPublish: integer(0, 1)
    .default(1)
    .describe('0 = this replica applies only; other replicas publish what it decides'),
  shutdownTimeoutMs: durationMs(1_000, 120_000).default(18_000).describe('Time for the whole of a shutdown'),
};

export interface ServiceConfig {
  readonly kafkaBrokers: readonly string[];
  readonly kafkaReplicationFactor: number;
  readonly kafkaMinInsyncReplicas: number;
  readonly kafkaFlushInbox: number;
  readonly kafkaRequestTimeoutMs: number;
  readonly kafkaPublish: number;
}

export function kafkaSettings(config: ServiceConfig): KafkaSettings {
  return {
    brokers: config.kafkaBrokers,
    requestTimeoutMs: config.kafkaRequestTimeoutMs,
    publishes: config.kafkaPublish === 1,
    topics: {
      replicationFactor: config.kafkaReplicationFactor,
      minInsyncReplicas: config.kafkaMinInsyncReplicas,
      flushInbox: config.kafkaFlushInbox === 1,
    },
  };
}
