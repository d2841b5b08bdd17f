import { readFileSync } from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from './generate/repository';

interface LockedPackage {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function lockedPackages(): Readonly<Record<string, LockedPackage>> {
  const lockFile = path.join(repositoryRoot(__dirname), 'package-lock.json');
  const lock = JSON.parse(readFileSync(lockFile, 'utf8')) as { packages: Record<string, LockedPackage> };
  return lock.packages;
}

describe('package-lock.json', () => {
  // npm leaves out what its registry did not have when the lock was made, and `npm ci` then refuses the lock.
  it('names the optional packages of every platform', () => {
    const packages = lockedPackages();
    const names = new Set(Object.keys(packages).map((folder) => folder.replace(/^.*node_modules\//, '')));
    const missing = Object.values(packages)
      .flatMap((locked) => Object.keys(locked.optionalDependencies ?? {}))
      .filter((name) => !names.has(name));
    expect(missing).toEqual([]);
  });
});
