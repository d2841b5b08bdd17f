import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brokerAnswers, newClusterId } from '../kafka-server';
import { brokerSettings } from '../kafka-settings';
import type { PreparedServer, ProviderContext } from '../provider';
import type { Engine } from './engine';
import { keptContainer, type PublishedPort } from './kept-container';

const clientPort = 9092;
const controllerPort = 9093;
const ownPort = 9094;
const dataFolder = '/var/lib/kafka/data';

/** A broker in a container of the image apache/kafka, which takes its properties from the environment. */
export async function brokerContainer(
  engine: Engine,
  runFolder: string,
  context: ProviderContext,
): Promise<PreparedServer> {
  const clusterId = keptClusterId(path.join(runFolder, 'broker.cluster-id'));
  return keptContainer({ role: 'broker', engine, runFolder, context }, (published) => ({
    command: [],
    environment: {
      CLUSTER_ID: clusterId,
      KAFKA_HEAP_OPTS: `-Xms64m -Xmx${String(context.memory.brokerHeapMb)}m`,
      // Half the processor time until it answers; what the second compiler adds later is not wanted here.
      KAFKA_OPTS: '-XX:TieredStopAtLevel=1',
      ...environmentOf({ ...brokerSettings(), ...addressesOf(published), 'log.dirs': dataFolder }),
    },
    containerPort: clientPort,
    sharedMemoryMb: 64,
    dataFolder,
    address: `${published.host}:${String(published.port)}`,
    answers: brokerAnswers,
  }));
}

// Clients come by the published port; the broker itself cannot, and has a listener of its own.
function addressesOf({ host, port }: PublishedPort): Record<string, string> {
  const own = `OWN://localhost:${String(ownPort)}`;
  return {
    listeners: `CLIENT://:${String(clientPort)},CONTROLLER://localhost:${String(controllerPort)},${own}`,
    'advertised.listeners': `CLIENT://${host}:${String(port)},${own}`,
    'listener.security.protocol.map': 'CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT,OWN:PLAINTEXT',
    'inter.broker.listener.name': 'OWN',
    'controller.quorum.voters': `1@localhost:${String(controllerPort)}`,
  };
}

/** The image's spelling of properties: `log.dirs` → `KAFKA_LOG_DIRS`. */
export function environmentOf(properties: Readonly<Record<string, string | number>>): Record<string, string> {
  const variable = (name: string): string =>
    `KAFKA_${name.replaceAll('_', '__').replaceAll('-', '___').replaceAll('.', '_').toUpperCase()}`;
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [variable(name), String(value)]),
  );
}

// Data keeps its cluster's id, and other data has another: positions are remembered by it.
function keptClusterId(file: string): string {
  if (!existsSync(file)) writeFileSync(file, newClusterId());
  return readFileSync(file, 'utf8');
}
