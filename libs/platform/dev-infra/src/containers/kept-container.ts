import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePorts } from '../free-port';
import type { PreparedServer, ProviderContext } from '../provider';
import { holdsFreshData } from '../run-folder';
import type { ContainerSpec } from './container-spec';
import type { Engine } from './engine';
import { imagesOf } from './images';
import { keeperFile } from './keeper-file';
import { labelsOf, placeOf, volumeOf, type Role } from './leftovers';
import { testcontainersEnvironment } from './testcontainers-environment';

/** A server's own part of its container. */
export interface ServerContainer {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly containerPort: number;
  readonly sharedMemoryMb: number;
  /** Where the image keeps what must outlive a container. */
  readonly dataFolder: string;
  /** For clients: URL or `host:port`. */
  readonly address: string;
  readonly answers: (address: string) => Promise<boolean>;
}

export interface ContainerPlace {
  readonly role: Role;
  readonly engine: Engine;
  readonly runFolder: string;
  readonly context: ProviderContext;
}

/** Where the server's clients will find it. */
export interface PublishedPort {
  readonly host: string;
  readonly port: number;
}

/** The container as a process: a keeper that lives as long as its container does. */
export async function keptContainer(
  place: ContainerPlace,
  describe: (published: PublishedPort) => ServerContainer,
): Promise<PreparedServer> {
  const { role, engine, runFolder, context } = place;
  const host = await engine.host();
  const [port = 0] = await freePorts(1);
  const server = describe({ host, port });
  const completeFile = path.join(runFolder, `${role}.container.complete`);
  const specFile = path.join(runFolder, `${role}.container.json`);
  // It holds the password.
  writeFileSync(specFile, JSON.stringify(specOf(place, server, { host, port, completeFile })), {
    mode: 0o600,
  });
  return {
    address: server.address,
    process: {
      name: role,
      command: process.execPath,
      arguments: [keeperFile(), specFile],
      environment: await testcontainersEnvironment(engine, context.environment),
      workingFolder: runFolder,
      logFile: path.join(runFolder, `${role}.log`),
      ready: async () => {
        if (!(await server.answers(server.address))) return false;
        if (!existsSync(completeFile)) writeFileSync(completeFile, '');
        return true;
      },
      earlyEnds: 0,
    },
  };
}

function specOf(
  { role, runFolder, context }: ContainerPlace,
  server: ServerContainer,
  { host, port, completeFile }: PublishedPort & { readonly completeFile: string },
): ContainerSpec {
  return {
    image: imagesOf(context.environment)[role],
    command: [...server.command],
    environment: server.environment,
    containerPort: server.containerPort,
    hostPort: port,
    // An engine elsewhere publishes where this machine can reach it.
    hostAddress: host === '127.0.0.1' ? host : '',
    sharedMemoryMb: server.sharedMemoryMb,
    volume: {
      name: volumeOf(runFolder, role),
      mountedAt: server.dataFolder,
      fresh: holdsFreshData(runFolder),
      completeFile,
    },
    labels: labelsOf(runFolder, role),
    place: placeOf(runFolder, role),
  };
}
