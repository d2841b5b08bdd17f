import { Option } from 'commander';
import type { Command } from 'commander';
import {
  credentialScope,
  enrolmentCreated,
  postEnrolment,
  tokenIssued,
} from '@potok/organisation-contracts/organisation-http';
import type { CredentialScope } from '@potok/organisation-contracts/organisation-http';
import { z } from 'zod';
import { UsageError } from '../command-error';
import { tableOf } from '../output';
import { wholeNumber } from '../program';
import type { Register } from '../program';

const CREDENTIALS = '/v1/organisation/credentials';

interface EnrolOptions {
  readonly name: string;
  readonly store?: readonly string[];
  readonly register?: readonly string[];
  readonly system?: string;
  readonly expires: number;
}

export function addCredentialCommands(program: Command, register: Register): void {
  const group = program.command('credentials').description('devices and systems that may send documents');
  addList(group, register);
  addEnrol(group, register);
  const exchange = group
    .command('exchange')
    .description('exchange a one-time code for a token; both are shown this once')
    .argument('<code>', 'the one-time code')
    .addHelpText('after', '\nExample:\n  npm run potok -- credentials exchange 6kq1… --json token.json');
  register(exchange, (command) => async ({ client }) => {
    const body = { enrolmentCode: String(command.args[0]) };
    const report = tokenIssued.parse(
      await client.send({ method: 'POST', path: `${CREDENTIALS}/token`, body, anonymous: true }),
    );
    return { report, lines: [`credential ${report.credentialId}`, `token ${report.token}`], passed: true };
  });
  const revoke = group
    .command('revoke')
    .description('take a credential back, within seconds')
    .argument('<credentialId>', 'as enrol answered it, or list shows it')
    .addHelpText('after', '\nExample:\n  npm run potok -- credentials revoke dev-fb766292000e11a09e');
  register(revoke, (command) => async ({ client }) => {
    const path = `${CREDENTIALS}/${encodeURIComponent(String(command.args[0]))}`;
    const report = z.looseObject({}).parse(await client.send({ method: 'DELETE', path, repeatable: true }));
    return { report, lines: [`${String(command.args[0])} is revoked`], passed: true };
  });
}

const STATES = ['invited', 'enrolled', 'expired', 'revoked'];

const listAnswer = z.array(
  z.looseObject({
    credentialId: z.string(),
    name: z.string(),
    scope: credentialScope,
    state: z.string(),
    createdAt: z.string(),
  }),
);

function addList(group: Command, register: Register): void {
  const list = group
    .command('list')
    .description('who may send, and who was invited or revoked; no codes, no tokens')
    .addOption(new Option('--state <state>', 'only those').choices(STATES))
    .addHelpText('after', '\nExample:\n  npm run potok -- credentials list --state enrolled');
  register(list, (command) => async ({ client }) => {
    const { state } = command.opts<{ state?: string }>();
    const all = listAnswer.parse(await client.get(CREDENTIALS));
    const report = all.filter((credential) => state === undefined || credential.state === state);
    const rows = report.map((credential) => [
      credential.credentialId,
      credential.state,
      credential.name,
      wordsOf(credential.scope),
      credential.createdAt,
    ]);
    const lines = tableOf(['ID', 'STATE', 'NAME', 'MAY SPEAK FOR', 'CREATED'], rows);
    return { report, lines: rows.length === 0 ? ['no credentials'] : lines, passed: true };
  });
}

const NAMED_MAX = 3;

function wordsOf({ system, stores = [], registers = [] }: CredentialScope): string {
  const ids = [...stores, ...registers];
  const more = ids.length > NAMED_MAX ? ` and ${String(ids.length - NAMED_MAX)} more` : '';
  const named = ids.length === 0 ? [] : [ids.slice(0, NAMED_MAX).join(', ') + more];
  return [...(system === undefined ? [] : [`system ${system}`]), ...named].join('; ');
}

function addEnrol(group: Command, register: Register): void {
  const enrol = group
    .command('enrol')
    .description('invite a device: answers a one-time code')
    .requiredOption('--name <name>', 'whose credential it is')
    .option('--store <ids...>', 'stores that it may speak for')
    .option('--register <ids...>', 'registers that it may speak for')
    .option('--system <name>', 'a whole system: all registers of all stores')
    .option('--expires <seconds>', 'how long the code is valid', wholeNumber(60), 3600)
    .addHelpText(
      'after',
      '\nExample:\n  npm run potok -- credentials enrol --name "Agent, store 7" --store store-0007',
    );
  register(enrol, (command) => async ({ client }) => {
    const options = command.opts<EnrolOptions>();
    const scope = {
      ...(options.store === undefined ? {} : { stores: options.store }),
      ...(options.register === undefined ? {} : { registers: options.register }),
      ...(options.system === undefined ? {} : { system: options.system }),
    };
    if (Object.keys(scope).length === 0)
      throw new UsageError('one of --store, --register, --system is needed');
    const body = postEnrolment.safeParse({ name: options.name, scope, expiresInSeconds: options.expires });
    if (!body.success) throw new UsageError(z.prettifyError(body.error));
    const report = enrolmentCreated.parse(
      await client.send({ method: 'POST', path: CREDENTIALS, body: body.data }),
    );
    const lines = [
      `credential ${report.credentialId}`,
      `code ${report.enrolmentCode}, valid until ${report.expiresAt}`,
    ];
    return { report, lines, passed: true };
  });
}
