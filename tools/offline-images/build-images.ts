import { cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { officialImages, postgresVersion } from '@potok/platform-dev-infra/containers/images';
import type { ProviderContext } from '@potok/platform-dev-infra/provider';
import type { ImageArguments } from './arguments';
import { baseImage } from './base-image';
import { runProgram } from './engine-client';
import { copyJava, copyKafka, copyPostgres } from './image-contents';
import { copyProduct } from './product-image';

export interface Build {
  readonly wanted: ImageArguments;
  readonly context: ProviderContext;
  /** Empty, removed by the caller. */
  readonly workFolder: string;
}

/** Builds the images, and writes their archives where that is wanted. */
export async function buildImages(build: Build): Promise<void> {
  const { wanted, context, workFolder } = build;
  const base = await baseImage(wanted, workFolder);
  context.report(`building on ${base}`);
  const names = wanted.product === null ? Object.values<string>({ ...officialImages }) : [wanted.product];
  if (wanted.product === null) {
    await buildBroker(build, base);
    await buildDatabase(build, base);
  } else {
    await buildProduct(build, base, wanted.product);
  }
  if (wanted.save !== null) await saveImages(build, names, wanted.save);
}

async function buildProduct(
  { wanted, context, workFolder }: Build,
  base: string,
  name: string,
): Promise<void> {
  const folder = path.join(workFolder, 'product');
  cpSync(path.join(context.checkoutFolder, 'deploy', 'images', 'product'), folder, { recursive: true });
  await copyProduct(wanted, context.checkoutFolder, folder);
  await buildImage(wanted.client, { name, folder, values: { BASE: base } });
}

async function buildBroker({ wanted, context, workFolder }: Build, base: string): Promise<void> {
  const folder = path.join(workFolder, 'kafka');
  cpSync(path.join(context.checkoutFolder, 'deploy', 'images', 'kafka'), folder, { recursive: true });
  copyJava(wanted, context, path.join(folder, 'java'));
  await copyKafka(wanted, context, path.join(folder, 'libs'));
  await buildImage(wanted.client, { name: officialImages.broker, folder, values: { BASE: base } });
}

async function buildDatabase({ wanted, context, workFolder }: Build, base: string): Promise<void> {
  const folder = path.join(workFolder, 'postgres');
  cpSync(path.join(context.checkoutFolder, 'deploy', 'images', 'postgres'), folder, { recursive: true });
  const major = await copyPostgres(wanted, context, path.join(folder, 'programs'));
  if (major !== Number.parseInt(postgresVersion, 10)) {
    throw new Error(`${officialImages.database} cannot be made of PostgreSQL ${String(major)}`);
  }
  const values = { BASE: base, MAJOR: String(major) };
  await buildImage(wanted.client, { name: officialImages.database, folder, values });
}

interface Image {
  readonly name: string;
  /** Holds the Containerfile and all that it copies. */
  readonly folder: string;
  readonly values: Readonly<Record<string, string>>;
}

async function buildImage(client: string, { name, folder, values }: Image): Promise<void> {
  const stated = Object.entries(values).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]);
  const file = path.join(folder, 'Containerfile');
  await runProgram(client, ['build', '-f', file, '-t', name, ...stated, folder]);
}

async function saveImages(
  { wanted, context }: Build,
  names: readonly string[],
  folder: string,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const name of names) {
    const file = path.join(folder, `${name.replace(/[/:]/g, '-')}.tar`);
    await runProgram(wanted.client, ['save', '-o', file, name]);
    context.report(`${name} is in ${file}; there: ${wanted.client} load -i ${path.basename(file)}`);
  }
}
