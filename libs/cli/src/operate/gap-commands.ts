import type { Command } from 'commander';
import { chainCompleteness, holesAnswer, holeView } from '@potok/ingestion-contracts/completeness-http';
import type {
  ChainCompleteness,
  HolesAnswer,
  RegisterSummary,
} from '@potok/ingestion-contracts/completeness-http';
import { Option } from 'commander';
import { tableOf } from '../output';
import { wholeNumber } from '../program';
import { addSettlingCommands } from './settling-commands';
import type { Register } from '../program';

export function addGapCommands(program: Command, register: Register): void {
  const group = program.command('gaps').description('numbers of registers that are missing');
  addList(group, register);
  addRegisters(group, register);
  addClose(group, register);
  addSettlingCommands(group, register);
}

function addList(group: Command, register: Register): void {
  const list = group
    .command('list')
    .description('missing numbers in the order in which they were noticed, each with its reason')
    .option('--store <storeId>', 'of this store only')
    .option('--register <registerId>', 'of this register only')
    .addOption(new Option('--state <state>', 'of holes').choices(['open', 'closed']).default('open'))
    .option('--limit <number>', 'at most so many', wholeNumber(1), 100)
    .addHelpText('after', '\nExample:\n  npm run potok -- gaps list --store store-0007');
  register(list, (command) => async ({ client }) => {
    const { store, register: registerId, state, limit } = command.opts<ListOptions>();
    const query = new URLSearchParams({ state, limit: String(limit) });
    if (store !== undefined) query.set('storeId', store);
    if (registerId !== undefined) query.set('registerId', registerId);
    const report = holesAnswer.parse(await client.get(`/v1/ingestion/holes?${query.toString()}`));
    return { report, lines: holeLines(report), passed: true };
  });
}

interface ListOptions {
  readonly store?: string;
  readonly register?: string;
  readonly state: string;
  readonly limit: number;
}

function holeLines({ holes, next }: HolesAnswer): readonly string[] {
  if (holes.length === 0) return ['no gaps'];
  const rows = holes.map((hole) => [
    hole.holeId,
    hole.registerId,
    `${hole.scheme} ${hole.series}`,
    hole.from === hole.to ? String(hole.from) : `${String(hole.from)}–${String(hole.to)}`,
    hole.class,
    hole.reason,
    hole.receiptsMin === hole.receiptsMax
      ? String(hole.receiptsMax)
      : `${String(hole.receiptsMin)}–${String(hole.receiptsMax)}`,
    hole.evidence,
    hole.noticedAt,
    hole.resendRequestedAt ?? '-',
  ]);
  const titles = [
    'ID',
    'REGISTER',
    'SERIES',
    'NUMBERS',
    'CLASS',
    'REASON',
    'RECEIPTS',
    'EVIDENCE',
    'NOTICED',
    'ASKED FOR',
  ];
  return [...tableOf(titles, rows), ...(next === null ? [] : ['there are more: --limit'])];
}

function addRegisters(group: Command, register: Register): void {
  const list = group
    .command('registers')
    .description('how complete the chain is, and the registers that want looking at')
    .option('--limit <number>', 'at most so many', wholeNumber(1), 100)
    .addHelpText('after', '\nExample:\n  npm run potok -- gaps registers');
  register(list, (command) => async ({ client }) => {
    const { limit } = command.opts<{ limit: number }>();
    const report = chainCompleteness.parse(
      await client.get(`/v1/ingestion/completeness?limit=${String(limit)}`),
    );
    return { report, lines: chainLines(report), passed: true };
  });
}

function chainLines(chain: ChainCompleteness): readonly string[] {
  const { registers, complete, open, incomplete, unprovable, silent, heldBack, notComplete } = chain;
  const counts = Object.entries({ registers, complete, open, incomplete, unprovable, silent, heldBack });
  const head = [
    counts.map(([name, count]) => `${name} ${String(count)}`).join(', '),
    upToText(chain),
    ...(chain.beginningsUnknown === 0
      ? []
      : [
          `of ${String(chain.beginningsUnknown)} registers it is not known where a series begins: gaps begin`,
        ]),
  ];
  if (notComplete.length === 0) return head;
  const titles = [
    'REGISTER',
    'STATUS',
    'COMPLETE UP TO',
    'BY',
    'GAPS',
    'NUMBERS',
    'REPORTS DIFFER',
    'SILENT, S',
    'BEGINNING UNKNOWN',
    'HELD BACK BY',
  ];
  return [...head, '', ...tableOf(titles, notComplete.map(registerRow))];
}

function upToText({ completeUpTo, decidedBy }: ChainCompleteness): string {
  if (completeUpTo === null || decidedBy === null) return 'complete up to nothing that can be proved';
  return `complete up to ${completeUpTo}: that of ${decidedBy.registerId}, by ${decidedBy.basis ?? 'nothing'}`;
}

function registerRow(register: RegisterSummary): (string | number)[] {
  const silence = register.silentSeconds === null ? 'never heard' : String(register.silentSeconds);
  return [
    register.registerId,
    register.status,
    register.completeUpTo ?? '-',
    register.completeUpToBasis ?? '-',
    register.holesOpen,
    register.numbersMissing,
    register.reportsDiffering,
    register.silent ? silence : '-',
    register.beginningsUnknown,
    heldBackText(register),
  ];
}

const SECONDS_IN_HOUR = 3600;

function heldBackText({ heldBack, heldBackBy, heldBackSeconds }: RegisterSummary): string {
  if (!heldBack || heldBackBy === null) return '-';
  const hours = Math.floor((heldBackSeconds ?? 0) / SECONDS_IN_HOUR);
  return `${heldBackBy.scheme} ${heldBackBy.series}, nothing for ${String(hours)} h`;
}

function addClose(group: Command, register: Register): void {
  const close = group
    .command('close')
    .description('give up numbers that will never come; the shift stays unprovable')
    .argument('<id>', 'of the gap', wholeNumber(1))
    .requiredOption('--reason <text>', 'why they will never come')
    .addHelpText('after', '\nExample:\n  npm run potok -- gaps close 17 --reason "the till burnt, act 7"');
  register(close, (command) => async ({ client }) => {
    const path = `/v1/ingestion/holes/${String(command.args[0])}/close`;
    const body = command.opts<{ reason: string }>();
    const report = holeView.parse(await client.send({ method: 'POST', path, body }));
    return { report, lines: [`closed by ${report.closedBy ?? ''}: ${report.note ?? ''}`], passed: true };
  });
}
