import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { keeperFile } from './containers/keeper-file';
import { makeReachableFolder } from './machine-cache';
import { identityOf, runningProcesses, signalProcess } from './process-identity';
import { lockIsHeld, tryLock, type ProcessLock } from './process-lock';
import { pollUntil } from './wait';

const servers = new Set(['java', 'postgres', 'initdb']);

/** Data and logs of one run. Runs of one checkout, and checkouts, never share a folder while they live. */
export interface RunFolder {
  readonly folder: string;
  /** Removes what is not to be kept and lets the next run have it. */
  release(): void;
}

export interface RunFolderOptions {
  readonly cacheFolder: string;
  readonly checkoutFolder: string;
  /** `fresh`: empty, removed at the end. `kept`: what an earlier run with `kept` left, unless it is in use. */
  readonly data: 'fresh' | 'kept';
}

/** Clears away what crashed runs of this checkout left behind, servers included, and claims a folder. */
export async function claimRunFolder(options: RunFolderOptions): Promise<RunFolder> {
  const checkoutState = path.join(options.cacheFolder, 'runs', checkoutName(options.checkoutFolder));
  makeReachableFolder(path.dirname(checkoutState));
  makeReachableFolder(checkoutState);
  await clearDeadRuns(checkoutState);
  const claimed = options.data === 'fresh' ? claimFresh(checkoutState) : claimKept(checkoutState);
  await endServersIn(claimed.folder);
  makeReachableFolder(claimed.folder);
  return {
    folder: claimed.folder,
    release: () => {
      if (options.data === 'fresh') rmSync(claimed.folder, { recursive: true, force: true });
      claimed.lock.release();
    },
  };
}

function checkoutName(checkoutFolder: string): string {
  const hash = createHash('sha256').update(path.resolve(checkoutFolder)).digest('hex').slice(0, 12);
  return `${path.basename(checkoutFolder).replace(/[^A-Za-z0-9-]/g, '-')}-${hash}`;
}

/** True of the folder of a run whose data ends with it. */
export function holdsFreshData(folder: string): boolean {
  return path.basename(folder).startsWith('fresh-');
}

interface Claim {
  readonly folder: string;
  readonly lock: ProcessLock;
}

function claimFresh(checkoutState: string): Claim {
  const folder = path.join(checkoutState, `fresh-${randomBytes(4).toString('hex')}`);
  const lock = tryLock(lockOf(folder));
  if (lock === undefined) throw new Error(`${folder} is taken`);
  return { folder, lock };
}

function claimKept(checkoutState: string): Claim {
  for (let number = 1; number <= 100; number += 1) {
    const folder = path.join(checkoutState, `kept-${String(number)}`);
    const lock = tryLock(lockOf(folder));
    if (lock !== undefined) return { folder, lock };
  }
  throw new Error(`a hundred runs of this checkout are under way in ${checkoutState}`);
}

function lockOf(folder: string): string {
  return `${folder}.lock`;
}

async function clearDeadRuns(checkoutState: string): Promise<void> {
  const entries = readdirSync(checkoutState).filter((name) => /^(fresh|kept)-[0-9a-f]+(\.lock)?$/.test(name));
  const runs = new Set(entries.map((name) => path.join(checkoutState, name.replace(/\.lock$/, ''))));
  for (const folder of runs) {
    if (lockIsHeld(lockOf(folder))) continue;
    const claim = tryLock(lockOf(folder));
    if (claim === undefined) continue;
    await endServersIn(folder);
    if (holdsFreshData(folder)) rmSync(folder, { recursive: true, force: true });
    claim.release();
  }
}

// The folder's name is ours alone, so a server that names it was started by a run of this checkout.
async function endServersIn(folder: string): Promise<void> {
  for (const { pid, commandLine } of runningProcesses()) {
    const isServer = servers.has(path.basename(commandLine[0] ?? '')) || commandLine.includes(keeperFile());
    if (!isServer || !commandLine.some((argument) => isInside(argument, folder))) continue;
    const identity = identityOf(pid);
    if (identity === undefined) continue;
    signalProcess(pid, 'SIGINT');
    signalProcess(pid, 'SIGCONT');
    const gone = await untilGone(pid, 10_000);
    if (gone === undefined) signalProcess(pid, 'SIGKILL');
    await untilGone(pid, 5_000);
  }
}

function isInside(argument: string, folder: string): boolean {
  return argument === folder || argument.startsWith(folder + path.sep);
}

async function untilGone(pid: number, timeoutMs: number): Promise<true | undefined> {
  return pollUntil(() => (identityOf(pid) === undefined ? true : undefined), { timeoutMs, everyMs: 50 });
}
