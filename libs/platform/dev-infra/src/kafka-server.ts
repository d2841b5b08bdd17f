import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { freePorts, portIsFree } from './free-port';
import { brokerSettings } from './kafka-settings';
import type { PreparedServer, ProviderContext } from './provider';

const answerWithinMs = 2_000;

export interface KafkaInstallation {
  readonly java: string;
  readonly jarsFolder: string;
}

/** Formats the broker's folder if it is empty and answers how to run it there. */
export async function prepareKafka(
  installation: KafkaInstallation,
  runFolder: string,
  context: ProviderContext,
): Promise<PreparedServer> {
  const dataFolder = path.join(runFolder, 'broker');
  const propertiesFile = path.join(runFolder, 'broker.properties');
  const ports = await brokerPorts(path.join(runFolder, 'broker.ports.json'));
  writeFileSync(propertiesFile, propertiesText(brokerProperties(dataFolder, ports)));
  const java = (heapMb: number): string[] => [
    '-Xms64m',
    `-Xmx${String(heapMb)}m`,
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-Djava.awt.headless=true',
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    '-cp',
    path.join(installation.jarsFolder, '*'),
  ];
  if (!existsSync(path.join(dataFolder, 'meta.properties'))) {
    // A crash while it was formatted may have left a part.
    rmSync(dataFolder, { recursive: true, force: true });
    const clusterId = newClusterId();
    const format = [
      'kafka.tools.StorageTool',
      'format',
      '-t',
      clusterId,
      '-c',
      propertiesFile,
      '--standalone',
    ];
    await promisify(execFile)(installation.java, [...java(128), ...format]);
  }
  const address = `127.0.0.1:${String(ports.client)}`;
  return {
    address,
    process: {
      name: 'broker',
      command: installation.java,
      arguments: [...java(context.memory.brokerHeapMb), 'kafka.Kafka', propertiesFile],
      environment: context.environment,
      workingFolder: runFolder,
      logFile: path.join(runFolder, 'broker.log'),
      ready: async () => brokerAnswers(address),
      earlyEnds: 0,
      stopTimeoutMs: 10_000,
    },
  };
}

/** True once the broker is a registered, unfenced member of its cluster. */
export async function brokerAnswers(address: string): Promise<boolean> {
  // A broker that is starting may accept a question and never answer it.
  const patience = {
    connectionTimeout: answerWithinMs,
    requestTimeout: answerWithinMs,
    retry: { retries: 0 },
  };
  const admin = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING, ...patience }).admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length > 0;
  } catch {
    return false;
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** A random id as Kafka's own tool makes it: never with a leading dash, which its arguments' parser takes for an option. */
export function newClusterId(random: Buffer = randomBytes(16)): string {
  const bytes = Buffer.from(random);
  bytes.writeUInt8(bytes.readUInt8(0) & 0x7f, 0);
  return bytes.toString('base64url');
}

interface BrokerPorts {
  readonly client: number;
  readonly controller: number;
}

// Kept data remembers the controller's address: the same ports again if nobody took them.
async function brokerPorts(file: string): Promise<BrokerPorts> {
  const earlier = existsSync(file) ? parsePorts(readFileSync(file, 'utf8')) : undefined;
  if (earlier !== undefined && (await portIsFree(earlier.client)) && (await portIsFree(earlier.controller))) {
    return earlier;
  }
  const [client = 0, controller = 0] = await freePorts(2);
  writeFileSync(file, JSON.stringify({ client, controller }));
  return { client, controller };
}

function parsePorts(text: string): BrokerPorts | undefined {
  const match = /^\{"client":(\d+),"controller":(\d+)\}$/.exec(text);
  return match === null ? undefined : { client: Number(match[1]), controller: Number(match[2]) };
}

function brokerProperties(dataFolder: string, ports: BrokerPorts): Record<string, string | number> {
  const listeners = `PLAINTEXT://127.0.0.1:${String(ports.client)},CONTROLLER://127.0.0.1:${String(ports.controller)}`;
  return {
    'controller.quorum.bootstrap.servers': `127.0.0.1:${String(ports.controller)}`,
    listeners,
    'advertised.listeners': listeners,
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': dataFolder,
    ...brokerSettings(),
  };
}

function propertiesText(properties: Record<string, string | number>): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${String(value)}\n`)
    .join('');
}
