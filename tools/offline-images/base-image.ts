import path from 'node:path';
import { findOnPath } from '@potok/platform-dev-infra/executables';
import type { ImageArguments } from './arguments';
import { runProgram } from './engine-client';

const release = 'bookworm';
const madeName = `debian:${release}-slim`;

/** The image that the others are built on: the one that was named, else a minimal Debian from its mirror. */
export async function baseImage(wanted: ImageArguments, workFolder: string): Promise<string> {
  if (wanted.base !== null) return wanted.base;
  const debootstrap = findOnPath('debootstrap', process.env);
  if (debootstrap === undefined || process.getuid?.() !== 0) {
    throw new Error('without --base IMAGE this needs root and debootstrap: apt-get install -y debootstrap');
  }
  const rootFolder = path.join(workFolder, 'base');
  await runProgram(debootstrap, ['--variant=minbase', release, rootFolder, wanted.mirror]);
  const archive = path.join(workFolder, 'base.tar');
  await runProgram('tar', ['-C', rootFolder, '-cf', archive, '.']);
  await runProgram(wanted.client, ['import', '-c', 'CMD ["bash"]', archive, madeName]);
  return madeName;
}
