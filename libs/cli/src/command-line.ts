import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { OperatorApi } from './operator-api';

/** What a command may touch of its process; the entry point gives it, tests replace it. */
export interface CommandLine {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdout: NodeJS.WritableStream;
  /** Progress and messages: standard output belongs to the report. */
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** Arguments that do not fit: exit code 2. */
export class BadArguments extends Error {
  override readonly name = 'BadArguments';
}

/** What a command answers: the report for `--json`, the same in words, and whether all that it checked holds. */
export interface CommandOutcome {
  readonly report: object;
  readonly text: string;
  readonly holds: boolean;
}

export interface CommonOptions {
  readonly url?: string;
  readonly tokenFile?: string;
  readonly json?: string;
}

const DEFAULT_URL = 'http://127.0.0.1:8080';
const DEFAULT_TOKEN_FILE = '.potok/admin-token';

export function withCommonOptions(command: Command): Command {
  return command
    .option('--url <url>', `address of the service (default: POTOK_URL, else ${DEFAULT_URL})`)
    .option(
      '--token-file <file>',
      `file with the bearer token (default: POTOK_TOKEN_FILE, else POTOK_TOKEN, else ${DEFAULT_TOKEN_FILE})`,
    )
    .option('--json <file>', 'a report of one line of JSON; - = the last line of standard output');
}

export function openApi(line: CommandLine, options: CommonOptions): OperatorApi {
  const url = options.url ?? line.environment['POTOK_URL'] ?? DEFAULT_URL;
  if (!URL.canParse(url)) throw new BadArguments(`--url ${url} is no URL`);
  return new OperatorApi({ url, token: tokenOf(line, options) });
}

function tokenOf(line: CommandLine, options: CommonOptions): string {
  const file = options.tokenFile ?? line.environment['POTOK_TOKEN_FILE'];
  const inline = line.environment['POTOK_TOKEN'];
  if (file === undefined && inline !== undefined && inline !== '') return inline;
  const path = file ?? DEFAULT_TOKEN_FILE;
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    throw new BadArguments(`the token file ${path} cannot be read: name one by --token-file`);
  }
}

/** Writes the outcome where it was asked for and answers the exit code. */
export function deliver(line: CommandLine, options: CommonOptions, outcome: CommandOutcome): number {
  const report = `${JSON.stringify(outcome.report)}\n`;
  const words = outcome.text === '' ? '' : `${outcome.text}\n`;
  if (options.json === '-') {
    line.stderr.write(words);
    line.stdout.write(report);
  } else {
    if (options.json !== undefined) writeFileSync(options.json, report);
    line.stdout.write(words);
  }
  return outcome.holds ? 0 : 1;
}

/** Rows under their headings, padded; nothing but the heading when there are none. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const written = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [headings, ...rows].map(written).join('\n');
}
