import type { Command } from 'commander';
import { erasureAnswer, personSearchAnswer } from '@potok/ingestion-contracts/privacy-http';
import { UsageError } from '../command-error';
import { tableOf } from '../output';
import type { PlatformClient } from '../platform-client';
import { wholeNumber } from '../program';
import type { CommandOutcome, Register } from '../program';

const PERSONS = '/v1/ingestion/persons';

interface PersonOptions {
  readonly person: string;
  readonly reason: string;
}

interface EraseOptions extends PersonOptions {
  readonly subject?: readonly number[];
  readonly all?: boolean;
}

export function addPrivacyCommands(program: Command, register: Register): void {
  const group = program.command('privacy').description('personal data: who is known, and how to forget them');
  const find = personOptions(
    group.command('find').description('whom the archive knows by this name or number'),
  ).addHelpText(
    'after',
    '\nExample:\n  npm run potok -- privacy find --person "Иванова А.С." --reason "request 17"',
  );
  register(find, (command) => async ({ client }) => {
    const report = await search(client, command.opts<PersonOptions>());
    const lines = report.persons.length === 0 ? ['nobody is known by that'] : rowsOf(report);
    return { report, lines, passed: true };
  });
  const erase = personOptions(group.command('erase').description('forget a person for ever; figures stay'))
    .option('--subject <numbers...>', 'which of those that `find` shows', subjects)
    .option('--all', 'everybody whom `find` shows')
    .addHelpText(
      'after',
      '\nExample:\n  npm run potok -- privacy erase --person +79261112233 --reason "request 17" --all',
    );
  register(
    erase,
    (command) =>
      ({ client }) =>
        carryOut(client, command.opts<EraseOptions>()),
  );
}

function personOptions(command: Command): Command {
  return command
    .requiredOption(
      '--person <text>',
      'name, tab number or ИНН of an employee; phone, e-mail, ИНН or name of a buyer',
    )
    .requiredOption('--reason <text>', 'why, for whoever asks later; no personal data');
}

function subjects(text: string, before: readonly number[] = []): readonly number[] {
  return [...before, wholeNumber(1)(text)];
}

async function carryOut(client: PlatformClient, options: EraseOptions): Promise<CommandOutcome> {
  const { person, reason, subject, all } = options;
  const found = await search(client, options);
  if (found.persons.length > 1 && subject === undefined && all !== true) {
    const list = rowsOf(found).join('\n');
    throw new UsageError(
      `several are known by that: say --subject for those who are meant, or --all\n${list}`,
    );
  }
  const body = { person, reason, ...(subject === undefined ? {} : { subjectNos: subject }) };
  const report = erasureAnswer.parse(
    await client.send({ method: 'POST', path: `${PERSONS}/erase`, body, repeatable: true }),
  );
  const { subjectNos, documents, quarantineEntries, heldDocuments, inboxFreeAt } = report;
  const lines = [
    subjectNos.length === 0 ? 'nobody was left to erase' : `erased: ${subjectNos.join(', ')}`,
    `archived copies that nobody can restore any more: ${String(documents)}`,
    `quarantine entries without bytes: ${String(quarantineEntries)}, of them still held: ${String(heldDocuments)}`,
    `the inbox topic is free of them by ${inboxFreeAt}`,
  ];
  return { report, lines, passed: true };
}

async function search(client: PlatformClient, { person, reason }: PersonOptions) {
  const answer = await client.send({
    method: 'POST',
    path: `${PERSONS}/find`,
    body: { person, reason },
    repeatable: true,
  });
  return personSearchAnswer.parse(answer);
}

function rowsOf({ persons }: Awaited<ReturnType<typeof search>>): readonly string[] {
  const rows = persons.map(({ subjectNo, kind, stated, documents, knownSince }) => {
    const told = Object.values(stated).join(', ');
    return [subjectNo, kind, told, documents, knownSince];
  });
  return tableOf(['SUBJECT', 'KIND', 'STATED', 'DOCUMENTS', 'KNOWN SINCE'], rows);
}
