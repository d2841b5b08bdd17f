import { existsSync } from 'node:fs';
import path from 'node:path';
import { findOnPath, installCommand, isExecutable, outputOf } from './executables';
import { kafkaJarsFolder, obtainKafkaJars } from './kafka-jars';
import { prepareKafka } from './kafka-server';
import type { Offer, Provider, ProviderContext } from './provider';

type Unavailable = Extract<Offer, { kind: 'unavailable' }>;

const oldestJava = 17;

/** Apache Kafka run by Java from its jars in Maven Central. */
export const brokerFromKafkaJars: Provider = {
  name: 'Apache Kafka from Maven Central',
  offer: async (context) => Promise.resolve(offerOf(context)),
};

function offerOf(context: ProviderContext): Offer {
  const java = findJava(context);
  if (typeof java !== 'string') return java;
  const jarsFolder = kafkaJarsFolder(context.cacheFolder);
  const maven = findOnPath('mvn', context.environment);
  if (maven === undefined && !existsSync(jarsFolder)) {
    return unavailable('Maven is not installed', { apt: 'maven', dnf: 'maven', brew: 'maven' }, context);
  }
  return {
    kind: 'server',
    description: `Apache Kafka run by ${java}, jars in ${jarsFolder}`,
    prepare: async (runFolder) => {
      const folder = maven === undefined ? jarsFolder : await obtainKafkaJars(context, maven);
      return prepareKafka({ java, jarsFolder: folder }, runFolder, context);
    },
  };
}

/** The program, or why there is none that is new enough. */
export function findJava(context: ProviderContext): string | Unavailable {
  const home = context.environment['JAVA_HOME'];
  const fromHome = home === undefined ? undefined : path.join(home, 'bin', 'java');
  const candidates = [fromHome, findOnPath('java', context.environment)].filter(
    (candidate) => candidate !== undefined && isExecutable(candidate),
  );
  const versions = candidates.flatMap((java) => {
    const version = java === undefined ? undefined : javaVersion(java);
    return java === undefined || version === undefined ? [] : [{ java, version }];
  });
  const usable = versions.find(({ version }) => version >= oldestJava);
  if (usable !== undefined) return usable.java;
  const found = versions[0];
  const reason =
    found === undefined ? 'Java is not installed' : `${found.java} is Java ${String(found.version)}`;
  return unavailable(
    `${reason}; Java ${String(oldestJava)} or newer is needed`,
    { apt: 'openjdk-17-jre-headless maven', dnf: 'java-17-openjdk-headless maven', brew: 'openjdk maven' },
    context,
  );
}

/** The major version: 17 of `17.0.15`, 8 of `1.8.0_392`. */
export function parseJavaVersion(text: string): number | undefined {
  const match = /version "(?:1\.)?(\d+)/.exec(text);
  return match === null ? undefined : Number(match[1]);
}

function javaVersion(java: string): number | undefined {
  return parseJavaVersion(outputOf(java, '-version') ?? '');
}

function unavailable(
  reason: string,
  packages: { readonly apt: string; readonly dnf: string; readonly brew: string },
  context: ProviderContext,
): Unavailable {
  return { kind: 'unavailable', reason, remedy: installCommand(packages, context.environment) };
}
