import type { Command } from 'commander';
import {
  enrolmentCreated,
  postEnrolment,
  tokenIssued,
} from '@potok/organisation-contracts/organisation-http';
import { z } from 'zod';
import { UsageError } from '../command-error';
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
    .argument('<credentialId>', 'as enrol answered it')
    .addHelpText(
      'after',
      '\nExample:\n  npm run potok -- credentials revoke 5f0c1d0e-58a3-5d0e-9f0b-0d2f3a4b5c6d',
    );
  register(revoke, (command) => async ({ client }) => {
    const path = `${CREDENTIALS}/${encodeURIComponent(String(command.args[0]))}`;
    const report = z.looseObject({}).parse(await client.send({ method: 'DELETE', path, repeatable: true }));
    return { report, lines: [`${String(command.args[0])} is revoked`], passed: true };
  });
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
