import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** The first executable of that name in the folders of PATH. */
export function findOnPath(name: string, environment: Environment): string | undefined {
  return (environment['PATH'] ?? '')
    .split(path.delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => path.join(folder, name))
    .find(isExecutable);
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What the program prints on both streams, or undefined when it cannot be run or fails. */
export function outputOf(command: string, ...options: string[]): string | undefined {
  try {
    return execFileSync('/bin/sh', ['-c', 'exec "$0" "$@" 2>&1', command, ...options], { encoding: 'utf8' });
  } catch {
    return undefined;
  }
}

/** The command that installs the packages on this machine, for a message. */
export function installCommand(
  packages: { readonly apt: string; readonly dnf: string; readonly brew: string },
  environment: Environment,
): string {
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  if (findOnPath('apt-get', environment) !== undefined) {
    return `${sudo}apt-get update && ${sudo}apt-get install -y ${packages.apt}`;
  }
  if (findOnPath('dnf', environment) !== undefined) return `${sudo}dnf install -y ${packages.dnf}`;
  if (findOnPath('brew', environment) !== undefined) return `brew install ${packages.brew}`;
  return `install ${packages.apt} with this system's package manager`;
}
