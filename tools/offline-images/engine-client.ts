import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/** Runs a program with its output on our standard error: standard output belongs to the command. */
export async function runProgram(
  command: string,
  options: readonly string[],
  inputFile: string | null = null,
): Promise<void> {
  const input = inputFile === null ? 'ignore' : openSync(inputFile, 'r');
  // The classic builder needs no plug-in of the client, and these files use nothing newer.
  const env = { ...process.env, DOCKER_BUILDKIT: process.env['DOCKER_BUILDKIT'] ?? '0' };
  const child = spawn(command, options, { stdio: [input, 2, 2], env });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => {
    if (typeof input === 'number') closeSync(input);
  });
  if (code !== 0) throw new Error(`${command} ${options.join(' ')} ended with code ${String(code)}`);
}
