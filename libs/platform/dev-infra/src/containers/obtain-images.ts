import { spawn } from 'node:child_process';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ProviderContext } from '../provider';
import type { Engine } from './engine';
import { keeperFile } from './keeper-file';
import { testcontainersEnvironment } from './testcontainers-environment';

/** What looking for images needs of a command. */
export type ImageContext = Pick<ProviderContext, 'environment' | 'cacheFolder' | 'report'>;

const pullWithinMs = 60_000;
const progressEveryMs = 5_000;
/** Without a way to a registry every command would wait a minute for nothing. */
const triedAgainAfterMs = 30 * 60_000;

/** Pulls what the engine lacks, all at once, for a minute at most. Answers the names that it still lacks. */
export async function obtainImages(
  engine: Engine,
  images: readonly string[],
  context: ImageContext,
): Promise<string[]> {
  const missing = await missingOf(engine, images);
  if (missing.length === 0 || missing.some((image) => failedLately(image, context))) return missing;
  await pullAll(engine, missing, context);
  const still = await missingOf(engine, missing);
  for (const image of missing) {
    if (still.includes(image)) writeFileSync(failureFile(image, context), '');
    else rmSync(failureFile(image, context), { force: true });
  }
  return still;
}

async function pullAll(engine: Engine, images: readonly string[], context: ImageContext): Promise<void> {
  context.report(`pulling ${images.join(' and ')}`);
  const startedMs = Date.now();
  const progress = setInterval(() => {
    context.report(`still pulling (${String(Math.round((Date.now() - startedMs) / 1000))} s)`);
  }, progressEveryMs);
  try {
    await Promise.all(images.map(async (image) => pull(engine, image, context)));
  } finally {
    clearInterval(progress);
  }
}

async function missingOf(engine: Engine, images: readonly string[]): Promise<string[]> {
  const present = await Promise.all(images.map(async (image) => engine.hasImage(image)));
  return images.filter((_, index) => present[index] !== true);
}

function failedLately(image: string, context: ImageContext): boolean {
  const failure = statSync(failureFile(image, context), { throwIfNoEntry: false });
  return failure !== undefined && Date.now() - failure.mtimeMs < triedAgainAfterMs;
}

function failureFile(image: string, { cacheFolder }: ImageContext): string {
  return path.join(cacheFolder, `not-pulled-${image.replace(/[^A-Za-z0-9.]+/g, '-')}`);
}

// A process of its own: testcontainers knows the user's credentials, and a pull that hangs can be ended.
async function pull(engine: Engine, image: string, context: ImageContext): Promise<void> {
  const env = await testcontainersEnvironment(engine, context.environment);
  const child = spawn(
    process.execPath,
    [path.join(path.dirname(keeperFile()), 'pull-image-main.js'), image],
    {
      env,
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
