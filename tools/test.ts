import { runCommand } from '@potok/platform-dev-infra/shutdown';
import { answerHelp } from './answer-help';
import { runTests } from './run-tests';
import { countsLine } from './test-counts';

const usage = `npm test [-- PATH… -t NAME and whatever else Jest takes]
  Runs the tests beside a broker and a database of their own; without a path all of them.
  npm test -- libs/stock                             those below a folder
  npm test -- libs/stock -t 'explains a balance'     those of a name
  The last line is "N passed, N failed, N skipped". Exits 0 when nothing failed.
`;

answerHelp(process.argv.slice(2), usage);

void runCommand(process.env, async (shutdown) => {
  const { counts, exitCode } = await runTests({
    environment: process.env,
    shutdown,
    jestArguments: process.argv.slice(2),
  });
  process.stdout.write(`${countsLine(counts)}\n`);
  return exitCode;
});
