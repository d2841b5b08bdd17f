import { Command, CommanderError } from 'commander';
import { BadArguments } from './command-line';
import type { CommandLine } from './command-line';
import { addImportProducts } from './import-products/import-products-command';
import { UnreadableFile } from './import-products/file-text';
import { ApiRefusal, ApiUnreachable } from './operator-api';
import { addQuarantine } from './quarantine-commands';
import { addTopics } from './topics-commands';

/**
 * The operator's commands, a noun and a verb. Answers the exit code: 0 = everything holds, 1 = something does not,
 * 2 = bad arguments. A new noun is one function that adds its commands here.
 */
export async function runPotok(args: readonly string[], line: CommandLine): Promise<number> {
  let exitCode = 0;
  const end = (code: number) => {
    exitCode = code;
  };
  const program = new Command('potok').description('Commands of the operator');
  quiet(program, line);
  const imports = program.command('import').description('Brings data in from files');
  addImportProducts(imports, line, end);
  addQuarantine(program, line, end);
  addTopics(program, line, end);
  for (const command of everyCommand(program)) quiet(command, line);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    return exitCodeOf(error, line);
  }
}

/** Nothing ends the process but the entry point, and messages go where the caller wants them. */
function quiet(command: Command, line: CommandLine): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => line.stdout.write(text),
    writeErr: (text) => line.stderr.write(text),
  });
}

function everyCommand(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...everyCommand(child)]);
}

function exitCodeOf(error: unknown, line: CommandLine): number {
  // Commander has said already what is wrong with the arguments.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof BadArguments) {
    line.stderr.write(`${error.message}\n`);
    return 2;
  }
  if ([ApiRefusal, ApiUnreachable, UnreadableFile].some((kind) => error instanceof kind)) {
    line.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
  throw error;
}
