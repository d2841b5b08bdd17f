import { Option } from 'commander';
import type { Command } from 'commander';
import { seriesChanged, settlingsAnswer } from '@potok/ingestion-contracts/completeness-http';
import type { SettlingsAnswer } from '@potok/ingestion-contracts/completeness-http';
import type { PlatformClient } from '../platform-client';
import { tableOf } from '../output';
import { wholeNumber } from '../program';
import type { CommandOutcome, Register } from '../program';

/** What a person knows of a whole series: how it ended, where it begins, and who has said so. */
export function addSettlingCommands(group: Command, register: Register): void {
  addEnd(group, register);
  addBegin(group, register);
  addDecisions(group, register);
}

function addEnd(group: Command, register: Register): void {
  const end = ofSeries(group.command('end'))
    .description('a ФН that has stopped without a report: its register is held back by it no more')
    .addOption(
      new Option('--how <how>', 'how it ended').choices(['report', 'failed', 'lost']).makeOptionMandatory(),
    )
    .requiredOption('--act <text>', 'the act (document) that says so')
    .option('--last <number>', 'its last ФД number, where it is known', wholeNumber(0))
    .addHelpText(
      'after',
      '\nExample:\n  npm run potok -- gaps end fn 7380440800000001 --how failed --act "act 7 of 2 March 2026"',
    );
  register(end, (command) => async ({ client }) => {
    const { last, ...body } = command.opts<{ how: string; act: string; last?: number }>();
    const stated = { how: body.how, act: body.act, ...(last === undefined ? {} : { lastNumber: last }) };
    return settle(client, { command, verb: 'ended', body: stated, said: 'has ended' });
  });
}

function addBegin(group: Command, register: Register): void {
  const begin = ofSeries(group.command('begin'))
    .description('the first number of a series: what is missing from there on is named and asked for')
    .requiredOption('--from <number>', 'first number; 1 for a ФН that began here', wholeNumber(0))
    .requiredOption('--reason <text>', 'how it is known')
    .addHelpText(
      'after',
      '\nExample:\n  npm run potok -- gaps begin fn 7380440800000001 --from 1 --reason "new ФН of 1 March 2026"',
    );
  register(begin, (command) => async ({ client }) => {
    const { from, reason } = command.opts<{ from: number; reason: string }>();
    const said = `begins with ${String(from)}`;
    return settle(client, { command, verb: 'beginning', body: { fromNumber: from, reason }, said });
  });
}

function ofSeries(command: Command): Command {
  return command.argument('<scheme>', 'of the series, such as fn').argument('<series>', 'its name');
}

interface Settled {
  readonly command: Command;
  readonly verb: 'ended' | 'beginning';
  readonly body: object;
  readonly said: string;
}

async function settle(
  client: PlatformClient,
  { command, verb, body, said }: Settled,
): Promise<CommandOutcome> {
  const [scheme, series] = command.args.map((name) => encodeURIComponent(name));
  const path = `/v1/ingestion/series/${scheme ?? ''}/${series ?? ''}/${verb}`;
  const report = seriesChanged.parse(await client.send({ method: 'POST', path, body }));
  const line = `${report.scheme} ${report.series} ${said}; restated: ${report.registerIds.join(', ')}`;
  return { report, lines: [line], passed: true };
}

function addDecisions(group: Command, register: Register): void {
  const list = group
    .command('decisions')
    .description('who stated what of series and gaps, newest first')
    .option('--limit <number>', 'at most so many', wholeNumber(1), 100);
  register(list, (command) => async ({ client }) => {
    const { limit } = command.opts<{ limit: number }>();
    const path = `/v1/ingestion/completeness-decisions?limit=${String(limit)}`;
    const report = settlingsAnswer.parse(await client.get(path));
    return { report, lines: decisionLines(report), passed: true };
  });
}

function decisionLines({ decisions }: SettlingsAnswer): readonly string[] {
  if (decisions.length === 0) return ['no decisions'];
  const rows = decisions.map((decision) => [
    decision.decisionNo,
    decision.decidedAt,
    decision.decidedBy,
    decision.kind,
    `${decision.scheme} ${decision.series}`,
    JSON.stringify(decision.body),
  ]);
  return tableOf(['NO', 'AT', 'BY', 'WHAT', 'SERIES', 'AS STATED'], rows);
}
