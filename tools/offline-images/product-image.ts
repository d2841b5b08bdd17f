import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { APP_NODE_ARGUMENTS } from '@potok/platform-dev-infra/app-arguments';
import type { ImageArguments } from './arguments';
import { runProgram } from './engine-client';

/** Of the packages for Linux that bring Node itself by npm. */
const nodePackage = `node-linux-${process.arch}`;
const nodeVersion = '24.9.0';

/** What the apps do not run. */
const needless = /(\.spec\.js(\.map)?|[\\/](testing|test-support|proof|chain-simulator))$/;

/** Puts the compiled apps, their packages and Node into the folder that the product's image is built of. */
export async function copyProduct(
  wanted: ImageArguments,
  checkoutFolder: string,
  folder: string,
): Promise<void> {
  const app = path.join(folder, 'app');
  mkdirSync(app, { recursive: true });
  const compiled = path.join(folder, 'compiled');
  await runProgram(process.execPath, [path.join(checkoutFolder, 'tools', 'build.cjs'), compiled]);
  for (const part of ['apps', 'libs']) {
    cpSync(path.join(compiled, part), path.join(app, 'dist', part), {
      recursive: true,
      filter: (source) => !needless.test(source),
    });
  }
  for (const file of ['package.json', 'package-lock.json', '.npmrc', 'LICENSE']) {
    cpSync(path.join(checkoutFolder, file), path.join(app, file));
  }
  await runProgram('npm', ['ci', '--prefix', app, '--omit=dev', '--omit=optional', '--ignore-scripts']);
  await copyNode(wanted, folder);
  writeFileSync(path.join(folder, 'run-app'), runAppScript(), { mode: 0o755 });
}

async function copyNode(wanted: ImageArguments, folder: string): Promise<void> {
  const target = path.join(folder, 'node');
  if (wanted.node === null) {
    const fetched = path.join(folder, 'fetched');
    await runProgram('npm', ['install', '--prefix', fetched, '--no-save', `${nodePackage}@${nodeVersion}`]);
    cpSync(path.join(fetched, 'node_modules', nodePackage, 'bin', 'node'), target);
  } else {
    cpSync(wanted.node, target);
  }
  chmodSync(target, 0o755);
}

// One declaration of how Node runs the apps, here as under the launcher.
function runAppScript(): string {
  return `#!/bin/sh\nexec node ${APP_NODE_ARGUMENTS.join(' ')} "/app/dist/apps/$1/src/main.js"\n`;
}
