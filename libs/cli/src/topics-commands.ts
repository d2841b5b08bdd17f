import type { Command } from 'commander';
import { BadArguments, deliver, openApi, withCommonOptions } from './command-line';
import type { CommandLine, CommonOptions } from './command-line';

interface RepublishOptions extends CommonOptions {
  readonly store: string;
  readonly from: string;
}

/** The service that owns a topic: its request is made there. */
const OWNERS: readonly (readonly [prefix: string, service: string])[] = [
  ['retail.register.', 'ingestion'],
  ['retail.sales.', 'nomenclature'],
  ['retail.nomenclature.', 'nomenclature'],
  ['retail.stock.', 'stock'],
];

/** `topics republish TOPIC --store STORE --from SEQ`. */
export function addTopics(program: Command, line: CommandLine, end: (exitCode: number) => void): void {
  const nouns = program.command('topics').description('Topics and their streams');
  withCommonOptions(
    nouns
      .command('republish')
      .argument('<topic>', 'for example retail.sales.receipts.v1')
      .description(
        'Sends the events of a store again, from a sequence to the head: heals a consumer that waits for it',
      )
      .requiredOption('--store <store>', 'the store')
      .requiredOption('--from <seq>', 'the sequence that the consumer waits for'),
  ).action(async (topic: string, options: RepublishOptions) => {
    const service = OWNERS.find(([prefix]) => topic.startsWith(prefix))?.[1];
    if (service === undefined) throw new BadArguments(`no service is known to own ${topic}`);
    if (!/^[1-9]\d{0,14}$/.test(options.from)) throw new BadArguments('--from is a sequence: 1, 2, 3 …');
    const report = await openApi(line, options).post<object>(`/v1/${service}/republish`, {
      topic,
      streamKey: options.store,
      fromSeq: Number(options.from),
    });
    const text = `${topic}: ${options.store} is sent again from ${options.from}`;
    end(deliver(line, options, { report, text, holds: true }));
  });
}
