import { spawn } from 'node:child_process';
import path from 'node:path';
import type { ProviderContext } from '../provider';

import type { Engine } from './engine';
import { keeperFile } from './keeper-file';
import { testcontainersEnvironment } from './testcontainers-environment';

type Teller = Pick<ProviderContext, 'environment' | 'report'>;

const pullWithinMs = 60_000;
const progressEveryMs = 5_000;

/** Pulls what the engine lacks, all at once, for a minute at most. Answers the names that it still lacks. */
export async function obtainImages(
  engine: Engine,
  images: readonly string[],
  context: Teller,
): Promise<string[]> {
  const missing = await missingOf(engine, images);
  if (missing.length === 0) return [];
  context.report(`pulling ${missing.join(' and ')}`);
  const startedMs = Date.now();
  const progress = setInterval(() => {
    context.report(`still pulling (${String(Math.round((Date.now() - startedMs) / 1000))} s)`);
  }, progressEveryMs);
  try {
    await Promise.all(missing.map(async (image) => pull(engine, image, context)));
  } finally {
    clearInterval(progress);
  }
  return missingOf(engine, missing);
}

async function missingOf(engine: Engine, images: readonly string[]): Promise<string[]> {
  const present = await Promise.all(images.map(async (image) => engine.hasImage(image)));
  return images.filter((_, index) => present[index] !== true);
}

// A process of its own: testcontainers knows the user's credentials, and a pull that hangs can be ended.
async function pull(engine: Engine, image: string, context: Teller): Promise<void> {
  const child = spawn(
    process.execPath,
    [path.join(path.dirname(keeperFile()), 'pull-image-main.js'), image],
    {
      env: testcontainersEnvironment(engine, context.environment),
      stdio: 'ignore',
      timeout: pullWithinMs,
      killSignal: 'SIGKILL',
    },
  );
  return new Promise((resolve) => {
    child.once('error', () => {
      resolve();
    });
    child.once('close', () => {
      resolve();
    });
  });
}
