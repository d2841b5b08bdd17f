import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { z } from 'zod';
import { wholeNumber } from '../program';
import type { Register } from '../program';
import { serviceOption } from './services';
import type { ServiceName } from './services';

const seekAnswer = z.looseObject({ topic: z.string(), position: z.number() });

interface SeekOptions {
  readonly service: ServiceName;
  readonly consumer: string;
  readonly partition: number;
  readonly to: 'earliest' | 'end' | number;
}

export function addConsumerCommands(program: Command, register: Register): void {
  const group = program.command('consumers').description('positions of consumers');
  const seek = group
    .command('seek')
    .description("set a consumer's position in a partition, also of one that waits outside of its log")
    .addOption(serviceOption())
    .requiredOption('--consumer <name>', 'as status names it')
    .requiredOption('--partition <number>', 'of its topic', wholeNumber(0))
    .requiredOption('--to <position>', 'earliest, end, or an offset', readPosition)
    .addHelpText(
      'after',
      `
"earliest" accepts the loss of what was deleted, "end" of all that is there.

Example:
  npm run potok -- consumers seek --service stock --consumer stock-ledger.receipts --partition 3 --to earliest`,
    );
  register(seek, (command) => async ({ client }) => {
    const { service, consumer, partition, to } = command.opts<SeekOptions>();
    const path = `/v1/${service}/consumers/${encodeURIComponent(consumer)}/seek`;
    const report = seekAnswer.parse(await client.send({ method: 'POST', path, body: { partition, to } }));
    const line = `${consumer} goes on at ${String(report.position)} of ${report.topic}, partition ${String(partition)}`;
    return { report, lines: [line], passed: true };
  });
}

function readPosition(text: string): SeekOptions['to'] {
  if (text === 'earliest' || text === 'end') return text;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('earliest, end or an offset is expected.');
}
