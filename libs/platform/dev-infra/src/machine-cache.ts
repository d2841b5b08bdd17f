import { accessSync, chmodSync, constants, mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * The folder outside of any checkout where downloads and data are kept for this user. Root's lies where the
 * unprivileged user that runs PostgreSQL can reach it, which a home folder is not.
 */
export function machineCacheFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const isRoot = process.getuid?.() === 0;
  const uid = String(process.getuid?.() ?? 'user');
  const home = environment['XDG_CACHE_HOME'] ?? path.join(environment['HOME'] ?? '/nonexistent', '.cache');
  const stated = environment['POTOK_CACHE_FOLDER'];
  const wanted = [
    ...(stated === undefined ? [] : [stated]),
    isRoot ? '/var/cache/potok' : path.join(home, 'potok'),
    path.join(os.tmpdir(), `potok-${uid}`),
  ];
  const usable = wanted.find(canBeUsed);
  if (usable === undefined) throw new Error(`none of these folders can be written: ${wanted.join(', ')}`);
  return usable;
}

/** Makes the folder and opens it for reading and passing through by every user. */
export function makeReachableFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
  if (process.getuid?.() === 0) chmodSync(folder, 0o755);
}

function canBeUsed(folder: string): boolean {
  try {
    makeReachableFolder(folder);
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
