import { appendFileSync, writeFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { CommandFailure, UsageError } from './command-error';
import { addDoctorCommand } from './doctor/doctor-command';
import { addImportCommands } from './import-products/import-command';
import { addConflictCommands } from './operate/conflict-commands';
import { addConsumerCommands } from './operate/consumer-commands';
import { addCredentialCommands } from './operate/credential-commands';
import { addDocumentCommands, addRemapCommands } from './operate/document-commands';
import { addPrivacyCommands } from './operate/privacy-commands';
import { addGapCommands } from './operate/gap-commands';
import { addQuarantineCommands } from './operate/quarantine-commands';
import { addStatusCommand } from './operate/status-command';
import { addTopicCommands } from './operate/topic-commands';
import type { Output } from './output';
import { clientSettings, PlatformClient } from './platform-client';
import type { ConnectionOptions } from './platform-client';

export interface CliInput {
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Standard error is a terminal. */
  readonly terminal: boolean;
  /** Commands of libraries that this one may not know. */
  readonly furtherCommands?: readonly AddCommand[];
  writeOut(text: string): void;
  writeError(text: string): void;
}

/** What a command is given, and what it hands back. */
export interface CommandScope {
  readonly client: PlatformClient;
  readonly output: Output;
  readonly environment: CliInput['environment'];
}

export interface CommandOutcome {
  /** The report for programs. */
  readonly report: object;
  /** The report for people. */
  readonly lines: readonly string[];
  /** False: exit code 1. */
  readonly passed: boolean;
}

type Run = (scope: CommandScope) => Promise<CommandOutcome>;
/** Makes a leaf command carry out `run` with the options that all commands have. */
export type Register = (command: Command, run: (command: Command) => Run) => void;

/** Adds a command to the program. */
export type AddCommand = (program: Command, register: Register) => void;

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** Runs one command and answers its exit code: 0 well, 1 a check failed, 2 bad arguments. */
export async function runCli(input: CliInput): Promise<number> {
  let exitCode = 0;
  const program = createProgram(input, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...input.arguments], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
    const usage = error instanceof UsageError;
    if (!usage && !(error instanceof CommandFailure)) throw error;
    input.writeError(`error: ${error.message}\n`);
    return usage ? EXIT_USAGE : EXIT_FAILED;
  }
}

function createProgram(input: CliInput, onExit: (code: number) => void): Command {
  const program = new Command('potok')
    .description("The operator's commands of Potok")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        input.writeOut(text);
      },
      writeErr: (text) => {
        input.writeError(text);
      },
    })
    .showHelpAfterError('(--help tells more)')
    .addHelpText(
      'after',
      `
Examples:
  npm run potok -- status
  npm run potok -- import products products.csv --dry-run
  npm run potok -- quarantine list --service nomenclature --json -

Exit codes: 0 done, 1 a check failed (for example rows were rejected), 2 bad arguments.
Environment: POTOK_URL, POTOK_TOKEN, POTOK_TOKEN_FILE, KAFKA_BROKERS.`,
    );
  const register: Register = (command, run) => {
    addCommonOptions(command).action(async () => {
      onExit(await carryOut(input, command, run(command)));
    });
  };
  addImportCommands(program, register);
  addTopicCommands(program, register);
  addQuarantineCommands(program, register);
  addGapCommands(program, register);
  addConflictCommands(program, register);
  addDocumentCommands(program, register);
  addRemapCommands(program, register);
  addPrivacyCommands(program, register);
  addCredentialCommands(program, register);
  addStatusCommand(program, register);
  addDoctorCommand(program, register);
  addConsumerCommands(program, register);
  for (const addCommand of input.furtherCommands ?? []) addCommand(program, register);
  return program;
}

function addCommonOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--url <url>',
        'address of the API, several separated by commas where services run apart (default: POTOK_URL or http://127.0.0.1:8080)',
      ),
    )
    .addOption(
      new Option(
        '--token-file <file>',
        'file with the token (default: POTOK_TOKEN_FILE or .potok/admin-token)',
      ),
    )
    .addOption(
      new Option('--json <file>', 'also write the report as JSON; "-": as the last line of standard output'),
    );
}

async function carryOut(input: CliInput, command: Command, run: Run): Promise<number> {
  const options = command.opts<ConnectionOptions & { readonly json?: string }>();
  const output: Output = {
    terminal: input.terminal,
    status: (text) => {
      input.writeError(text);
    },
    print: (line) => {
      if (options.json === '-') input.writeError(`${line}\n`);
      else input.writeOut(`${line}\n`);
    },
  };
  const client = new PlatformClient(clientSettings(options, input.environment));
  // Before anything is done that a second attempt would do again; what stands there stays until there is a report.
  if (options.json !== undefined && options.json !== '-') write(options.json, '', appendFileSync);
  const { report, lines, passed } = await run({ client, output, environment: input.environment });
  for (const line of lines) output.print(line);
  const json = `${JSON.stringify(report)}\n`;
  if (options.json === '-') input.writeOut(json);
  else if (options.json !== undefined) write(options.json, json, writeFileSync);
  return passed ? 0 : EXIT_FAILED;
}

function write(file: string, text: string, how: (file: string, text: string) => void): void {
  try {
    how(file, text);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--json ${file} cannot be written: ${cause}`);
  }
}

/** For commander: a whole number from `least` on. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`a whole number from ${String(least)} on is expected.`);
  };
}
