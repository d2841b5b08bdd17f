import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { kafkaVersion } from './containers/images';
import { makeReachableFolder } from './machine-cache';
import { lock } from './process-lock';
import { InfraUnavailableError, type ProviderContext } from './provider';

// Kafka's own POM brings no logger; this one needs no configuration file.
const loggerVersion = '1.7.36';
const dependencyPlugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';
const downloadTimeoutMs = 10 * 60_000;

/** Where the broker's jars are or will be; complete as soon as the folder exists. */
export function kafkaJarsFolder(cacheFolder: string): string {
  return path.join(cacheFolder, `kafka-${kafkaVersion}`);
}

/** Downloads the broker's jars by Maven, once per user of the machine. Commands that start at once wait. */
export async function obtainKafkaJars(context: ProviderContext, maven: string): Promise<string> {
  const folder = kafkaJarsFolder(context.cacheFolder);
  if (existsSync(folder)) return folder;
  const held = await lock(`${folder}.lock`, {
    timeoutMs: downloadTimeoutMs,
    onWait: () => {
      context.report('another command downloads Apache Kafka: waiting for it');
    },
  });
  try {
    if (!existsSync(folder)) await download(context, maven, folder);
    return folder;
  } finally {
    held.release();
  }
}

async function download(context: ProviderContext, maven: string, folder: string): Promise<void> {
  context.report(`downloading Apache Kafka ${kafkaVersion} by Maven into ${folder}`);
  const draft = `${folder}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  writeFileSync(path.join(draft, 'pom.xml'), projectFile());
  const goal = `${dependencyPlugin}:copy-dependencies`;
  const options = ['-B', '-q', '-Dstyle.color=never', '-DincludeScope=runtime', '-DoutputDirectory=libs'];
  const copied = await run(maven, [goal, ...options], { folder: draft, context });
  if (copied.code !== 0) {
    throw new InfraUnavailableError(
      `Maven could not download Apache Kafka (code ${String(copied.code)}):\n${copied.output.trim()}\n` +
        'Where a mirror has to be used, ~/.m2/settings.xml names it; or set KAFKA_BROKERS to a broker that runs.',
    );
  }
  makeReachableFolder(path.join(draft, 'libs'));
  renameSync(path.join(draft, 'libs'), folder);
  rmSync(draft, { recursive: true, force: true });
}

function projectFile(): string {
  const dependency = (group: string, artifact: string, version: string): string =>
    `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  return [
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>',
    '<groupId>potok</groupId><artifactId>kafka-runtime</artifactId><version>1</version><packaging>pom</packaging>',
    '<dependencies>',
    dependency('org.apache.kafka', 'kafka_2.13', kafkaVersion),
    dependency('org.slf4j', 'slf4j-simple', loggerVersion),
    '</dependencies></project>',
  ].join('\n');
}

/**
 * Maven keeps its files in the home of the user database. Users without one there, as `nobody` or those of
 * containers, have HOME alone.
 */
export function mavenEnvironment(
  environment: ProviderContext['environment'],
  homeOfUser: string,
): ProviderContext['environment'] {
  const home = environment['HOME'];
  if (home === undefined || existsSync(homeOfUser) || !existsSync(home)) return environment;
  const options = [environment['MAVEN_OPTS'] ?? '', `-Duser.home="${home}"`].join(' ').trim();
  return { ...environment, MAVEN_OPTS: options };
}

function homeOfThisUser(): string {
  try {
    return os.userInfo().homedir;
  } catch {
    return ''; // a number that the user database does not know
  }
}

interface Run {
  readonly code: number | null;
  readonly output: string;
}

async function run(
  command: string,
  options: readonly string[],
  where: { readonly folder: string; readonly context: ProviderContext },
): Promise<Run> {
  const { environment, report } = where.context;
  const env = { ...mavenEnvironment(environment, homeOfThisUser()) };
  const child = spawn(command, options, { cwd: where.folder, env, stdio: 'pipe' });
  const startedMs = Date.now();
  const progress = setInterval(() => {
    report(`still downloading (${String(Math.round((Date.now() - startedMs) / 1000))} s)`);
  }, 5_000);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4_000);
    });
  }
  child.stdin.end();
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, output });
    });
  }).finally(() => {
    clearInterval(progress);
  }) as Promise<Run>;
}
