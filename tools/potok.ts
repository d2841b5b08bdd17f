/** `npm run potok -- <noun> <verb>`: the operator's commands. */
import { runCli } from '@potok/cli/program';
import { addProofCommands } from './potok/proof-command';

void runCli({
  arguments: process.argv.slice(2),
  environment: process.env,
  terminal: process.stderr.isTTY,
  furtherCommands: [addProofCommands],
  writeOut: (text) => process.stdout.write(text),
  writeError: (text) => process.stderr.write(text),
}).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  },
);
