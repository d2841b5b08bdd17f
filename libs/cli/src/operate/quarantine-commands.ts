import type { LineConsequence } from '@potok/ingestion-contracts/line-dismissal';
import { Option } from 'commander';
import type { Command } from 'commander';
import { z } from 'zod';
import { tableOf } from '../output';
import { wholeNumber } from '../program';
import type { Register } from '../program';
import { serviceOption } from './services';
import type { ServiceName } from './services';

const listAnswer = z.looseObject({
  entries: z.array(
    z.looseObject({
      entryId: z.string(),
      state: z.string(),
      reason: z.string(),
      source: z.string(),
      subjectKey: z.string().nullable().default(null),
      count: z.number(),
      lastSeenAt: z.string(),
    }),
  ),
  next: z.string().nullable(),
});

interface ListOptions {
  readonly service: ServiceName;
  readonly state: string;
  readonly reason?: string;
  readonly before?: number;
  readonly limit: number;
}

export function addQuarantineCommands(program: Command, register: Register): void {
  const group = program.command('quarantine').description('inputs that could not be applied');
  const list = group
    .command('list')
    .description('entries of a service, newest first')
    .addOption(serviceOption())
    .addOption(
      new Option('--state <state>', 'only those').choices(['open', 'redriven', 'dismissed']).default('open'),
    )
    .option('--reason <code>', 'only those, for example operationUnknown')
    .option('--before <id>', 'older than this one: the next page', wholeNumber(1))
    .option('--limit <number>', 'at most so many', wholeNumber(1), 100)
    .addHelpText('after', '\nExample:\n  npm run potok -- quarantine list --service nomenclature');
  register(list, (command) => async ({ client }) => {
    const { service, state, reason, before, limit } = command.opts<ListOptions>();
    const query = new URLSearchParams({ state, limit: String(limit) });
    if (reason !== undefined) query.set('reason', reason);
    if (before !== undefined) query.set('before', String(before));
    const report = listAnswer.parse(await client.get(`/v1/${service}/quarantine?${query.toString()}`));
    const rows = report.entries.map((entry) => [
      entry.entryId,
      entry.state,
      entry.reason,
      entry.source,
      entry.subjectKey ?? '',
      entry.count,
      entry.lastSeenAt,
    ]);
    const lines = tableOf(['ID', 'STATE', 'REASON', 'SOURCE', 'SUBJECT', 'COUNT', 'LAST SEEN'], rows);
    const more = report.next === null ? [] : [`more: --before ${report.next}`];
    return { report, lines: rows.length === 0 ? ['no entries'] : [...lines, ...more], passed: true };
  });
  addEntryCommands(group, register);
}

function addEntryCommands(group: Command, register: Register): void {
  const show = group
    .command('show')
    .description('an entry with its bytes')
    .argument('<id>', 'of the entry', wholeNumber(1))
    .addOption(serviceOption())
    .addHelpText('after', '\nExample:\n  npm run potok -- quarantine show 17 --service stock');
  register(show, (command) => async ({ client }) => {
    const entry = await client.get(entryPath(command));
    const report = z.looseObject({}).parse(entry);
    return { report, lines: [JSON.stringify(report, null, 2)], passed: true };
  });
  const redrive = group
    .command('redrive')
    .description('apply an entry again, with all that joined it')
    .argument('<id>', 'of the entry', wholeNumber(1))
    .addOption(serviceOption())
    .addHelpText('after', '\nExample:\n  npm run potok -- quarantine redrive 17 --service stock');
  register(redrive, (command) => async ({ client }) => {
    const answer = await client.send({ method: 'POST', path: `${entryPath(command)}/redrive`, body: {} });
    const report = redriveAnswer.parse(answer);
    const passed = (report.results ?? []).every(({ outcome }) => outcome === 'applied');
    return { report, lines: [JSON.stringify(report, null, 2)], passed };
  });
  addDismiss(group, register);
}

function addDismiss(group: Command, register: Register): void {
  const dismiss = group
    .command('dismiss')
    .description('set an entry aside that can never be used: nothing is applied')
    .argument('<id>', 'of the entry', wholeNumber(1))
    .addOption(serviceOption())
    .requiredOption('--reason <text>', 'why, for whoever asks later')
    .addHelpText(
      'after',
      '\nExample:\n  npm run potok -- quarantine dismiss 17 --service ingestion --reason "a till under test"',
    );
  register(dismiss, (command) => async ({ client }) => {
    const { reason } = command.opts<{ reason: string }>();
    const answer = await client.send({
      method: 'POST',
      path: `${entryPath(command)}/dismiss`,
      body: { reason },
    });
    const report = dismissAnswer.parse(answer);
    const { entryId, closedBy, consequence, subjectStillOpen } = report;
    const lines = [`${entryId} dismissed by ${closedBy}`, CONSEQUENCES[consequence]];
    const others = 'other entries about the same are open: what comes later goes on joining them';
    return { report, lines: subjectStillOpen ? [...lines, others] : lines, passed: true };
  });
}

/** What it means that nothing was applied, in words. */
const CONSEQUENCES = {
  effectLeftOut:
    'the record counts as applied, what it would have changed is left out for ever: npm run potok -- proof run names it',
  lineUnused: 'nothing counted on the line',
  numbersReleased:
    'its numbers count as received no more: those that no document has are missing again (npm run potok -- gaps list)',
} as const satisfies Readonly<Record<'effectLeftOut' | LineConsequence, string>>;

const dismissAnswer = z.looseObject({
  entryId: z.string(),
  closedBy: z.string(),
  consequence: z.enum(['effectLeftOut', 'lineUnused', 'numbersReleased']),
  subjectStillOpen: z.boolean(),
});

const redriveAnswer = z.looseObject({
  /** Of a consumer's entry; an entry of the edge answers in words of its own. */
  results: z.array(z.looseObject({ outcome: z.string() })).optional(),
});

function entryPath(command: Command): string {
  const { service } = command.opts<{ service: ServiceName }>();
  return `/v1/${service}/quarantine/${String(command.args[0])}`;
}
