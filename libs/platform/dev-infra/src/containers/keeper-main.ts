/**
 * `node keeper-main.js SPECFILE`: keeps one container, so that the supervisor can treat it as any other server: its
 * output becomes this process's, its end this process's end, and it is taken along when this process is told to end.
 */
import { readFileSync } from 'node:fs';
import { ContainerKeeper } from './container-keeper';
import { containerSpec } from './container-spec';
import { Engine } from './engine';

async function main(): Promise<number> {
  const spec = containerSpec.parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
  const keeper = new ContainerKeeper(spec, new Engine(process.env['DOCKER_HOST'] ?? '', process.env));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      void keeper.end().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
  return keeper.run();
}

main().then(
  (code) => process.exit(code === 0 ? 1 : code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
