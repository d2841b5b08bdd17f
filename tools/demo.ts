import { writeFileSync } from 'node:fs';
import { runCommand } from '@potok/platform-dev-infra/shutdown';
import { ArgumentError, readArguments, usage, type DemoArguments } from './demo/arguments';
import { breakRow, mendRow } from './demo/break-row';
import { DemoFolder } from './demo/demo-files';
import { Demo } from './demo/run-demo';
import { repositoryRoot } from './generate/repository';

function argumentsOrExit(): DemoArguments {
  try {
    return readArguments(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    process.stderr.write(`${error.message}\n${usage}`);
    process.exit(error.message === '' ? 0 : 2);
  }
}

const rowCommands: Readonly<Record<string, (folder: DemoFolder) => Promise<string>>> = {
  'break-row': breakRow,
  'mend-row': mendRow,
};

const rowCommand = rowCommands[process.argv[2] ?? ''];
if (rowCommand === undefined) startDemo(argumentsOrExit());
else {
  void runCommand(process.env, async () => {
    process.stdout.write(`${await rowCommand(new DemoFolder(repositoryRoot(__dirname)))}\n`);
    return 0;
  });
}

function startDemo(demo: DemoArguments): void {
  void runCommand(process.env, async (shutdown) => {
    const running = new Demo({
      demo,
      environment: process.env,
      checkoutFolder: repositoryRoot(__dirname),
      shutdown,
    });
    const { report, exitCode } = await running.run();
    if (report !== null) {
      const line = `${JSON.stringify(report)}\n`;
      if (demo.json !== null && demo.json !== '-') writeFileSync(demo.json, line);
      else if (demo.json === '-') process.stdout.write(line);
      else process.stderr.write(line);
    }
    if (demo.keep && report !== null) {
      running.say('kept running: Ctrl-C ends it');
      await new Promise(() => undefined);
    }
    return exitCode;
  });
}
