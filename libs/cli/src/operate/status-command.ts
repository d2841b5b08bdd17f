import type { Command } from 'commander';
import { z } from 'zod';
import { tableOf } from '../output';
import type { Register } from '../program';
import { SERVICES } from './services';

const statusAnswer = z.looseObject({
  service: z.string(),
  consumers: z.array(
    z.looseObject({
      consumer: z.string(),
      topic: z.string(),
      lag: z.number(),
      haltedStreams: z.array(
        z.looseObject({ streamKey: z.string(), expectedSeq: z.number(), reason: z.string() }),
      ),
    }),
  ),
  publication: z.array(
    z.looseObject({ topic: z.string(), events: z.number(), haltedPartitions: z.number() }),
  ),
  dirtyRows: z.number(),
  quarantineOpen: z.number(),
  pausedPartitions: z
    .array(z.looseObject({ consumer: z.string(), partition: z.number(), position: z.number() }))
    .default([]),
});
type StatusAnswer = z.infer<typeof statusAnswer>;

export function addStatusCommand(program: Command, register: Register): void {
  const status = program
    .command('status')
    .description(
      'lag, backlog, halts and quarantine of all services; exit code 1 when something stands still',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  npm run potok -- status\n  npm run potok -- status --json status.json',
    );
  register(status, () => async ({ client }) => {
    const services = await Promise.all(
      SERVICES.map(async (service) => statusAnswer.parse(await client.get(`/v1/${service}/status`))),
    );
    const troubles = services.flatMap(troublesOf);
    return {
      report: { services, troubles },
      lines: linesOf(services, troubles),
      passed: troubles.length === 0,
    };
  });
}

function linesOf(services: readonly StatusAnswer[], troubles: readonly string[]): string[] {
  const rows = services.map(({ service, consumers, publication, dirtyRows, quarantineOpen }) => [
    service,
    sum(consumers.map(({ lag }) => lag)),
    sum(publication.map(({ events }) => events)) + dirtyRows,
    sum(consumers.map(({ haltedStreams }) => haltedStreams.length)),
    quarantineOpen,
  ]);
  const consumers = services.flatMap(({ consumers: all }) =>
    all.map(({ consumer, topic, lag, haltedStreams }) => [consumer, topic, lag, haltedStreams.length]),
  );
  return [
    ...tableOf(['SERVICE', 'LAG', 'BACKLOG', 'HALTED', 'QUARANTINE'], rows),
    '',
    ...tableOf(['CONSUMER', 'TOPIC', 'LAG', 'HALTED'], consumers),
    ...(troubles.length === 0 ? [] : ['', ...troubles]),
  ];
}

/** What does not go on by itself. */
function troublesOf({ service, consumers, publication, pausedPartitions }: StatusAnswer): string[] {
  return [
    ...consumers.flatMap(({ consumer, haltedStreams }) =>
      haltedStreams.map(
        ({ streamKey, expectedSeq, reason }) =>
          `${consumer}: ${streamKey} waits for ${String(expectedSeq)} (${reason}); see topics republish`,
      ),
    ),
    ...pausedPartitions.map(
      ({ consumer, partition, position }) =>
        `${consumer}: partition ${String(partition)} waits at ${String(position)}, outside of the log; see consumers seek`,
    ),
    ...publication
      .filter(({ haltedPartitions }) => haltedPartitions > 0)
      .map(
        ({ topic, haltedPartitions }) =>
          `${service}: publication to ${topic} stands still in ${String(haltedPartitions)} partitions`,
      ),
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
