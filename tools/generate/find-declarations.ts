import * as fs from 'node:fs';
import * as path from 'node:path';
import type { z } from 'zod';
import type { Problem } from '@potok/platform-http/problem';
import type { MetricDeclaration } from '@potok/platform-telemetry/metrics';

/** What one file declares, by the name under which it exports it. */
export interface Declared<T> {
  /** The library: `ingestion/service`, `platform/http`. */
  readonly library: string;
  readonly name: string;
  readonly value: T;
}

export interface Declarations {
  readonly problems: readonly Declared<readonly Problem[]>[];
  readonly configFields: readonly Declared<z.ZodRawShape>[];
  readonly metrics: readonly Declared<readonly MetricDeclaration[]>[];
}

/** How a source file says that it declares something: only those are loaded. */
const MARKS =
  /^export const \w+ = declareProblems\(|ConfigFields = \{$|^\} as const satisfies MetricCatalogue/m;

/** Problems, configuration and metrics of every library, found by their declarations alone: there is no list to keep. */
export async function findDeclarations(root: string): Promise<Declarations> {
  const found: Declarations = { problems: [], configFields: [], metrics: [] };
  for (const module of declaringModules(root)) {
    // Resolved beside the tools themselves, so that sources load sources and compiled files load compiled files.
    const exports = (await import(path.join(__dirname, '../..', module))) as Readonly<
      Record<string, unknown>
    >;
    const library = module.split('/').slice(1, 3).join('/');
    const sorted = Object.entries(exports).map(([name, value]) => sortIn(found, { library, name, value }));
    if (!sorted.includes(true))
      throw new Error(`${module} declares what it does not export: the reference lacks it`);
  }
  return found;
}

function declaringModules(root: string): string[] {
  const libraries = path.join(root, 'libs');
  return fs
    .readdirSync(libraries, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.spec|\.d)\.ts$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => MARKS.test(fs.readFileSync(file, 'utf8')))
    .map((file) => path.relative(root, file).replaceAll(path.sep, '/').replace(/\.ts$/, ''))
    .sort();
}

/** True when the value is a declaration. */
function sortIn(found: Declarations, { library, name, value }: Declared<unknown>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const members: readonly unknown[] = Object.values(value);
  if (members.length === 0) return false;
  if (members.every(isProblem)) {
    (found.problems as Declared<readonly Problem[]>[]).push({ library, name, value: members });
  } else if (name.endsWith('ConfigFields')) {
    (found.configFields as Declared<z.ZodRawShape>[]).push({ library, name, value: value as z.ZodRawShape });
  } else if (members.every(isMetric)) {
    (found.metrics as Declared<readonly MetricDeclaration[]>[]).push({ library, name, value: members });
  } else {
    return false;
  }
  return true;
}

function isProblem(value: unknown): value is Problem {
  return hasMembers(value, ['code', 'status', 'title', 'remedy']);
}

function isMetric(value: unknown): value is MetricDeclaration {
  return hasMembers(value, ['kind', 'name', 'description', 'labels']);
}

function hasMembers(value: unknown, names: readonly string[]): boolean {
  return typeof value === 'object' && value !== null && names.every((name) => name in value);
}
