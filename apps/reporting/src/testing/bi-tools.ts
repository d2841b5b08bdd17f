import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const TIMEOUT_MS = 120_000;
const ROOT = path.join(__dirname, '../../../..');

/** A Python with what deploy/bi/requirements.txt names, in BI_PYTHON or .potok/bi-tools; null where there is none. */
export function biPython(): string | null {
  const found = process.env.BI_PYTHON ?? path.join(ROOT, '.potok/bi-tools/bin/python');
  return existsSync(found) ? found : null;
}

export const SKIPPED_WITHOUT_TOOLS =
  'skipped: no Python with the packages of deploy/bi/requirements.txt (docs/guides/bi.md says how to get it)';

/** A file of deploy/bi. */
export function biFile(name: string): string {
  return path.join(ROOT, 'deploy/bi', name);
}

/** The standard output of a Python program, as JSON. */
export async function python(script: string, ...parameters: string[]): Promise<unknown> {
  const program = biPython();
  if (program === null) throw new Error(SKIPPED_WITHOUT_TOOLS);
  const { stdout } = await run(program, [script, ...parameters], { timeout: TIMEOUT_MS });
  return JSON.parse(stdout) as unknown;
}

export const ANALYST = path.join(__dirname, 'analyst.py');
