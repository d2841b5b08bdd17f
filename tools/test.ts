import { runCommand } from '@potok/platform-dev-infra/shutdown';
import { runTests } from './run-tests';
import { countsLine } from './test-counts';

void runCommand(process.env, async (shutdown) => {
  const { counts, exitCode } = await runTests({
    environment: process.env,
    shutdown,
    jestArguments: process.argv.slice(2),
  });
  process.stdout.write(`${countsLine(counts)}\n`);
  return exitCode;
});
