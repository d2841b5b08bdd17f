import { createHash } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { identityOf, isAlive, type ProcessIdentity } from '../process-identity';
import { holdsFreshData } from '../run-folder';
import type { Engine, Labelled, Labels } from './engine';

const machineLabel = 'potok.machine';
const ownerLabel = 'potok.owner';
const runLabel = 'potok.run';
const roleLabel = 'potok.role';
const dataLabel = 'potok.data';

export type Role = 'broker' | 'database';

/** What a container and its volume of a run say about themselves, so that any later command can tell whose they are. */
export function labelsOf(runFolder: string, role: Role): Labels {
  const owner = identityOf(process.pid);
  return {
    ...placeOf(runFolder, role),
    [ownerLabel]: owner === undefined ? '' : `${String(owner.pid)}:${owner.startedAt}`,
    [dataLabel]: holdsFreshData(runFolder) ? 'fresh' : 'kept',
  };
}

/** The labels by which a run finds its own container again. */
export function placeOf(runFolder: string, role: Role): Labels {
  return { [machineLabel]: machineName(), [runLabel]: runFolder, [roleLabel]: role };
}

/** One name for ever of a run's data on the engine. */
export function volumeOf(runFolder: string, role: Role): string {
  const hash = createHash('sha256').update(`${machineName()}\n${runFolder}`).digest('hex').slice(0, 16);
  return `potok-${path.basename(runFolder)}-${hash}-${role}`;
}

/** Removes the containers of launchers that are gone, and the data that was not to be kept. */
export async function removeLeftovers(engine: Engine): Promise<void> {
  const ours = { [machineLabel]: machineName() };
  for (const { id } of (await engine.containersWith(ours)).filter(isOrphan)) await engine.removeContainer(id);
  const fresh = await engine.volumesWith({ ...ours, [dataLabel]: 'fresh' });
  for (const { id } of fresh.filter(isOrphan)) await engine.removeVolume(id);
}

function isOrphan({ labels }: Labelled): boolean {
  const owner = parseOwner(labels[ownerLabel]);
  return owner !== undefined && !isAlive(owner);
}

function parseOwner(text: string | undefined): ProcessIdentity | undefined {
  const match = /^(\d+):(.+)$/.exec(text ?? '');
  return match === null ? undefined : { pid: Number(match[1]), startedAt: match[2] ?? '' };
}

// Machines, and containers that were given one engine's socket, number their processes each for themselves.
function machineName(): string {
  return `${os.hostname()}/${processNamespace()}`;
}

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return process.platform;
  }
}
