import type { Command } from 'commander';
import {
  decisionView,
  documentHistory,
  remapList,
  remapView,
} from '@potok/ingestion-contracts/decisions-http';
import type { RemapView } from '@potok/ingestion-contracts/decisions-http';
import { tableOf } from '../output';
import { wholeNumber } from '../program';
import type { Register } from '../program';
import { decisionLine } from './conflict-commands';

const REMAPS = '/v1/ingestion/remaps';

/** What a person decides about whole documents. */
export function addDocumentCommands(program: Command, register: Register): void {
  const group = program.command('documents').description('what became of a document; withdraw one');
  const history = group
    .command('history')
    .description('its revisions, and who decided what')
    .argument('<documentId>')
    .addHelpText(
      'after',
      '\nExample:\n  npm run potok -- documents history 5f0c1d0e-58a3-5d0e-9f0b-0d2f3a4b5c6d',
    );
  register(history, (command) => async ({ client }) => {
    const report = documentHistory.parse(await client.get(`${documentPath(command)}/history`));
    const titles = ['REVISION', 'KIND', 'STORE', 'SEQ', 'RECORDED'];
    const rows = report.revisions.map((one) => [
      one.revision,
      one.revisionKind,
      one.storeId,
      one.streamSeq,
      one.recordedAt,
    ]);
    return { report, lines: [...tableOf(titles, rows), ...report.decisions.map(decisionLine)], passed: true };
  });
  const withdraw = group
    .command('withdraw')
    .description('it counts no more: a test receipt, a drive that was not marked as training')
    .argument('<documentId>')
    .requiredOption('--reason <text>', 'why, for whoever asks later')
    .addHelpText(
      'after',
      '\nExample:\n  npm run potok -- documents withdraw 5f0c1d0e-58a3-5d0e-9f0b-0d2f3a4b5c6d --reason "a test receipt"',
    );
  register(withdraw, (command) => async ({ client }) => {
    const { reason } = command.opts<{ reason: string }>();
    const path = `${documentPath(command)}/withdraw`;
    const answer = await client.send({ method: 'POST', path, body: { reason }, repeatable: true });
    const report = decisionView.parse(answer);
    return { report, lines: [decisionLine(report)], passed: true };
  });
}

interface StartOptions {
  readonly scheme: string;
  readonly series: string;
  readonly from: number;
  readonly to?: number;
  readonly reason: string;
}

/** Documents follow their number range to the register that it belongs to. */
export function addRemapCommands(program: Command, register: Register): void {
  const group = program
    .command('remap')
    .description('documents follow their registration to another register');
  const start = group
    .command('start')
    .description('after the range was registered for its register (reassign: true where it begins the same)')
    .option('--scheme <scheme>', 'of the series', 'fn')
    .requiredOption('--series <series>', 'for example the serial of the ФН')
    .option('--from <number>', 'first number', wholeNumber(0), 0)
    .option('--to <number>', 'last number; not given = to the end', wholeNumber(0))
    .requiredOption('--reason <text>', 'why, for whoever asks later')
    .addHelpText(
      'after',
      '\nExample:\n  npm run potok -- remap start --series 7380440800123456 --from 120 --reason "moved to store 7"',
    );
  register(start, (command) => async ({ client }) => {
    const { scheme, series, from, to, reason } = command.opts<StartOptions>();
    const body = { scheme, series, fromNumber: from, toNumber: to ?? null, reason };
    const answer = await client.send({ method: 'POST', path: REMAPS, body, repeatable: true });
    const report = remapView.parse(answer);
    return { report, lines: tableOfRemaps([report]), passed: true };
  });
  const list = group
    .command('list')
    .description('the newest jobs')
    .addHelpText('after', '\nExample:\n  npm run potok -- remap list');
  register(list, () => async ({ client }) => {
    const report = remapList.parse(await client.get(REMAPS));
    const lines = report.remaps.length === 0 ? ['no remaps'] : tableOfRemaps(report.remaps);
    return { report, lines, passed: true };
  });
  addRemapJob(group, register, { verb: 'show', description: 'how far it is' });
  addRemapJob(group, register, { verb: 'stop', description: 'it ends where it stands' });
}

interface JobVerb {
  readonly verb: 'show' | 'stop';
  readonly description: string;
}

function addRemapJob(group: Command, register: Register, { verb, description }: JobVerb): void {
  const command = group
    .command(verb)
    .description(description)
    .argument('<remapNo>', 'as start answers it', wholeNumber(1))
    .addHelpText('after', `\nExample:\n  npm run potok -- remap ${verb} 3`);
  register(command, (asked) => async ({ client }) => {
    const path = `${REMAPS}/${String(asked.args[0])}`;
    const answer =
      verb === 'show'
        ? await client.get(path)
        : await client.send({ method: 'POST', path: `${path}/stop`, body: {}, repeatable: true });
    const report = remapView.parse(answer);
    return { report, lines: tableOfRemaps([report]), passed: true };
  });
}

function tableOfRemaps(remaps: readonly RemapView[]): string[] {
  const titles = ['NO', 'STATE', 'SERIES', 'FROM', 'TO', 'MOVED', 'UNMOVED', 'BY'];
  return tableOf(
    titles,
    remaps.map((one) => [
      one.remapNo,
      one.state,
      `${one.scheme} ${one.series}`,
      one.fromNumber,
      one.toNumber === null ? '…' : one.toNumber,
      one.moved,
      one.unmoved,
      one.startedBy,
    ]),
  );
}

function documentPath(command: Command): string {
  return `/v1/ingestion/documents/${encodeURIComponent(String(command.args[0]))}`;
}
