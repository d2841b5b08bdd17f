import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { identityOf, isAlive, isErrorCode, type ProcessIdentity } from './process-identity';
import { pollUntil } from './wait';

// Taking over a dead owner's lock lasts well under a millisecond: a guard this old was left by a crash.
const guardIsLeftOverAfterMs = 10_000;

/** A lock between processes of one machine: a file that names its owner. A dead owner's lock is taken over. */
export interface ProcessLock {
  release(): void;
}

/** The lock, or undefined while a live process (this one included) holds it. */
export function tryLock(file: string): ProcessLock | undefined {
  mkdirSync(path.dirname(file), { recursive: true });
  if (createOwned(file)) return heldLock(file);
  if (lockIsHeld(file) || !takeOverDeadLock(file)) return undefined;
  return createOwned(file) ? heldLock(file) : undefined;
}

/** Waits for the lock; `onWait` is called once if it is not free at once. */
export async function lock(
  file: string,
  options: { readonly timeoutMs: number; readonly onWait: () => void },
): Promise<ProcessLock> {
  const atOnce = tryLock(file);
  if (atOnce !== undefined) return atOnce;
  options.onWait();
  const later = await pollUntil(() => tryLock(file), { timeoutMs: options.timeoutMs, everyMs: 200 });
  if (later === undefined) throw new Error(`another process holds ${file} for too long`);
  return later;
}

export function lockIsHeld(file: string): boolean {
  const owner = readOwner(file);
  return owner !== undefined && isAlive(owner);
}

function heldLock(file: string): ProcessLock {
  return {
    release: () => {
      rmSync(file, { force: true });
    },
  };
}

// A link appears at once with its whole content; creating and then writing the file would not.
function createOwned(file: string): boolean {
  const draft = `${file}.${String(process.pid)}.draft`;
  writeFileSync(draft, JSON.stringify(identityOf(process.pid)));
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (isErrorCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function takeOverDeadLock(file: string): boolean {
  const guard = `${file}.takeover`;
  if (!createOwned(guard)) {
    if (ageMs(guard) > guardIsLeftOverAfterMs) rmSync(guard, { force: true });
    return false;
  }
  try {
    if (lockIsHeld(file)) return false;
    rmSync(file, { force: true });
    return true;
  } finally {
    rmSync(guard, { force: true });
  }
}

function ageMs(file: string): number {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? 0 : Date.now() - stat.mtimeMs;
}

function readOwner(file: string): ProcessIdentity | undefined {
  try {
    const owner: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isIdentity(owner) ? owner : undefined;
  } catch {
    return undefined;
  }
}

function isIdentity(value: unknown): value is ProcessIdentity {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'startedAt' in value &&
    typeof value.startedAt === 'string'
  );
}
