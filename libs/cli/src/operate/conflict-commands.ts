import type { Command } from 'commander';
import {
  conflictList,
  conflictView,
  decisionView,
  mergeAnswer,
} from '@potok/ingestion-contracts/decisions-http';
import type { ConflictSummary, ConflictView, DecisionView } from '@potok/ingestion-contracts/decisions-http';
import { tableOf } from '../output';
import { wholeNumber } from '../program';
import type { Register } from '../program';

const CONFLICTS = '/v1/ingestion/conflicts';

interface ListOptions {
  readonly store?: string;
  readonly state: string;
  readonly limit: number;
  readonly before?: number;
}

/** Copies that contradict a document, or name several: what a person decides. */
export function addConflictCommands(program: Command, register: Register): void {
  const group = program.command('conflicts').description('copies that a person has to decide about');
  addList(group, register);
  const show = group
    .command('show')
    .description('both sides and the fields that differ')
    .argument('<conflictNo>', 'as list answers it', wholeNumber(1))
    .addHelpText('after', '\nExample:\n  npm run potok -- conflicts show 17');
  register(show, (command) => async ({ client }) => {
    const report = conflictView.parse(await client.get(conflictPath(command)));
    return { report, lines: linesOf(report), passed: true };
  });
  addDecision(group, register, {
    verb: 'keep',
    description: 'the document stands; the held copy is no alarm any more',
  });
  addDecision(group, register, { verb: 'revise', description: 'the held copy becomes the next revision' });
  addMerge(group, register);
}

function addList(group: Command, register: Register): void {
  const list = group
    .command('list')
    .description('newest first')
    .option('--store <id>', 'of one store')
    .option('--state <state>', 'open, kept, revised or merged', 'open')
    .option('--before <conflictNo>', 'older than this one: the next page', wholeNumber(1))
    .option('--limit <number>', 'at most so many', wholeNumber(1), 100)
    .addHelpText('after', '\nExample:\n  npm run potok -- conflicts list --store store-0007');
  register(list, (command) => async ({ client }) => {
    const { store, state, before, limit } = command.opts<ListOptions>();
    const query = new URLSearchParams({ state, limit: String(limit) });
    if (store !== undefined) query.set('storeId', store);
    if (before !== undefined) query.set('before', String(before));
    const report = conflictList.parse(await client.get(`${CONFLICTS}?${query.toString()}`));
    const titles = ['NO', 'STATE', 'KIND', 'STORE', 'SERIES', 'NUMBER', 'FIELD', 'RECEIVED', 'BY'];
    const rows = report.conflicts.map(rowOf);
    const more = report.next === null ? [] : [`more: --before ${report.next}`];
    const lines = rows.length === 0 ? ['no conflicts'] : [...tableOf(titles, rows), ...more];
    return { report, lines, passed: true };
  });
}

function rowOf(conflict: ConflictSummary): string[] {
  const { conflictNo, state, kind, storeId, series, number, field, receivedAt, decision } = conflict;
  const numbered = number === null ? '' : String(number);
  return [conflictNo, state, kind, storeId, series, numbered, field, receivedAt, decision?.decidedBy ?? ''];
}

function linesOf(view: ConflictView): string[] {
  const titles = ['FIELD', 'STANDS', 'HELD'];
  const rows = view.differences.map(({ field, standing, held }) => [field, told(standing), told(held)]);
  const head = `${view.kind} ${view.state}: document ${view.documentId} of ${view.storeId}`;
  const joined = view.joinedIds.map((documentId) => `names ${documentId}`);
  return [head, ...joined, ...(rows.length === 0 ? ['no field differs'] : tableOf(titles, rows))];
}

function told(value: string | number | boolean | null): string {
  return value === null ? '-' : String(value);
}

interface Verb {
  readonly verb: 'keep' | 'revise';
  readonly description: string;
}

function addDecision(group: Command, register: Register, { verb, description }: Verb): void {
  const command = group
    .command(verb)
    .description(description)
    .argument('<conflictNo>', 'as list answers it', wholeNumber(1))
    .requiredOption('--reason <text>', 'why, for whoever asks later')
    .addHelpText(
      'after',
      `\nExample:\n  npm run potok -- conflicts ${verb} 17 --reason "as printed on the tape"`,
    );
  if (verb === 'revise') command.option('--overrule', 'though it was decided as keep before', false);
  register(command, (decided) => async ({ client }) => {
    const body = decided.opts<{ reason: string; overrule?: boolean }>();
    const { reason, overrule = false } = body;
    const path = `${conflictPath(decided)}/${verb}`;
    const answer = await client.send({ method: 'POST', path, body: { reason, overrule }, repeatable: true });
    const report = decisionView.parse(answer);
    return { report, lines: [decisionLine(report)], passed: true };
  });
}

function addMerge(group: Command, register: Register): void {
  const merge = group
    .command('merge')
    .description('two documents are one: the survivor stands for both')
    .requiredOption('--survivor <documentId>', 'which stands')
    .requiredOption('--merged <documentId>', 'which counts no more')
    .requiredOption('--reason <text>', 'why, for whoever asks later')
    .addHelpText(
      'after',
      '\nExample:\n  npm run potok -- conflicts merge --survivor 5f0c… --merged 8d0c… --reason "one sale, two sources"',
    );
  register(merge, (command) => async ({ client }) => {
    const { survivor, merged, reason } = command.opts<{ survivor: string; merged: string; reason: string }>();
    const body = { survivorId: survivor, mergedId: merged, reason };
    const answer = await client.send({
      method: 'POST',
      path: '/v1/ingestion/merges',
      body,
      repeatable: true,
    });
    const report = mergeAnswer.parse(answer);
    const contradicts = report.contradicts === null ? [] : [`they contradict in ${report.contradicts}`];
    const followed = `held copies taken in: ${String(report.followed)}`;
    return { report, lines: [decisionLine(report.decision), ...contradicts, followed], passed: true };
  });
}

export function decisionLine({ kind, documentId, revision, decidedBy, decidedAt }: DecisionView): string {
  const made = revision === null ? 'no revision was needed' : `revision ${String(revision)}`;
  return `${kind} ${documentId}: ${made}, by ${decidedBy} at ${decidedAt}`;
}

function conflictPath(command: Command): string {
  return `${CONFLICTS}/${String(command.args[0])}`;
}
