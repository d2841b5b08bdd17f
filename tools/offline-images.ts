/** `npm run offline-images`: the images that demo and tests run on, made where no registry can be reached. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { machineCacheFolder } from '@potok/platform-dev-infra/machine-cache';
import { runCommand } from '@potok/platform-dev-infra/shutdown';
import { repositoryRoot } from './generate/repository';
import { ArgumentError, readArguments, usage, type ImageArguments } from './offline-images/arguments';
import { buildImages } from './offline-images/build-images';

function argumentsOrExit(): ImageArguments {
  try {
    return readArguments(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    process.stderr.write(`${error.message}\n${usage}`);
    process.exit(error.message === '' ? 0 : 2);
  }
}

const wanted = argumentsOrExit();
void runCommand(process.env, async (shutdown) => {
  const workFolder = mkdtempSync(path.join(os.tmpdir(), 'potok-images-'));
  shutdown.add('images under construction', async () => {
    rmSync(workFolder, { recursive: true, force: true });
    return Promise.resolve();
  });
  const context = {
    environment: process.env,
    checkoutFolder: repositoryRoot(__dirname),
    cacheFolder: machineCacheFolder(process.env),
    memory: { brokerHeapMb: 512, databaseSharedBuffersMb: 128 },
    report: (line: string) => {
      process.stderr.write(`${line}\n`);
    },
  };
  await buildImages({ wanted, context, workFolder });
  return 0;
});
