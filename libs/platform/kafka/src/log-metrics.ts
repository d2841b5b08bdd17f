import { type MetricCatalogue, createMetrics } from '@potok/platform-telemetry/metrics';
import type { KafkajsConsumer } from './kafkajs-consumer';
import type { KafkajsProducer } from './kafkajs-producer';
import { partitionOfKey } from './log';

const consumerLabels = ['consumer'] as const;
const producerLabels = ['producer'] as const;

/** Totals since the process started, asked for at each collection; `lag` as of the last fetch. */
export const logMetrics = {
  lag: {
    kind: 'gauge',
    name: 'potok_log_lag_records',
    description: 'Records between the handler and the end of the log',
    labels: ['consumer', 'topic', 'partition'],
  },
  alive: {
    kind: 'gauge',
    name: 'potok_log_consumer_alive',
    description: '1 while the consumer lives, 0 once it was given up',
    labels: consumerLabels,
  },
  consumed: {
    kind: 'gauge',
    name: 'potok_log_records_consumed',
    description: 'Records handed over, repeats included',
    labels: consumerLabels,
  },
  slices: {
    kind: 'gauge',
    name: 'potok_log_slices_consumed',
    description: 'Slices handed over',
    labels: consumerLabels,
  },
  restarts: {
    kind: 'gauge',
    name: 'potok_log_consumer_restarts',
    description: 'Restarts after a crash',
    labels: consumerLabels,
  },
  outOfRange: {
    kind: 'gauge',
    name: 'potok_log_positions_out_of_range',
    description: 'Positions found outside of the log',
    labels: consumerLabels,
  },
  produced: {
    kind: 'gauge',
    name: 'potok_log_records_produced',
    description: 'Records acknowledged by all replicas in step',
    labels: producerLabels,
  },
  producedBytes: {
    kind: 'gauge',
    name: 'potok_log_produced_bytes',
    description: 'Acknowledged record batches as sent',
    labels: producerLabels,
  },
  sendRetries: {
    kind: 'gauge',
    name: 'potok_log_send_retries',
    description: 'Repeats of record batches',
    labels: producerLabels,
  },
  sendFailures: {
    kind: 'gauge',
    name: 'potok_log_send_failures',
    description: 'Record batches given up: their outcome is unknown',
    labels: producerLabels,
  },
} as const satisfies MetricCatalogue;

/** Makes what the log's clients count visible. Answers how to stop. */
export function observeLog(clients: {
  readonly producers: ReadonlyMap<string, KafkajsProducer>;
  readonly consumers: ReadonlyMap<string, KafkajsConsumer>;
}): () => void {
  const metrics = createMetrics('platform-kafka', logMetrics);
  const { producers, consumers } = clients;
  const ofConsumers = (read: (one: KafkajsConsumer) => number) => (report: Report<'consumer'>) => {
    for (const [consumer, one] of consumers) report(read(one), { consumer });
  };
  const ofProducers = (read: (one: KafkajsProducer) => number) => (report: Report<'producer'>) => {
    for (const [producer, one] of producers) report(read(one), { producer });
  };
  const stops = [
    metrics.lag.observe((report) => {
      for (const [consumer, one] of consumers) {
        for (const [key, lag] of one.lag()) {
          const { topic, partition } = partitionOfKey(key);
          report(lag, { consumer, topic, partition: String(partition) });
        }
      }
    }),
    metrics.alive.observe(ofConsumers((one) => (one.alive() ? 1 : 0))),
    metrics.consumed.observe(ofConsumers(({ counters }) => counters.records)),
    metrics.slices.observe(ofConsumers(({ counters }) => counters.slices)),
    metrics.restarts.observe(ofConsumers(({ counters }) => counters.restarts)),
    metrics.outOfRange.observe(ofConsumers(({ counters }) => counters.outOfRange)),
    metrics.produced.observe(ofProducers(({ counters }) => counters.recordsProduced)),
    metrics.producedBytes.observe(ofProducers(({ counters }) => counters.bytesProduced)),
    metrics.sendRetries.observe(ofProducers(({ counters }) => counters.retries)),
    metrics.sendFailures.observe(ofProducers(({ counters }) => counters.failures)),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

type Report<Label extends string> = (value: number, labels: Readonly<Record<Label, string>>) => void;
