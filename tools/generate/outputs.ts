import * as fs from 'node:fs';
import * as path from 'node:path';

export interface OutputFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Writes what differs and removes what is no longer generated; answers the paths that changed. */
export function writeOutputs(root: string, outputs: readonly OutputFile[]): string[] {
  const changed = compareOutputs(root, outputs);
  const texts = new Map(outputs.map((output) => [output.path, output.text]));
  for (const relative of changed) {
    const file = path.join(root, relative);
    const text = texts.get(relative);
    if (text === undefined) {
      fs.rmSync(file);
      continue;
    }
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
  return changed;
}

/** Paths whose committed text is missing, different or left over, sorted. */
export function compareOutputs(root: string, outputs: readonly OutputFile[]): string[] {
  const expected = new Set(outputs.map((output) => output.path));
  const different = outputs.filter((output) => readText(path.join(root, output.path)) !== output.text);
  const orphans = generatedFiles(root).filter((relative) => !expected.has(relative));
  return [...different.map((output) => output.path), ...orphans].sort();
}

function readText(file: string): string | undefined {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
}

function generatedFiles(root: string): string[] {
  const contexts = fs.readdirSync(path.join(root, 'libs'));
  return [
    ...contexts.flatMap((context) => filesBelow(root, `libs/${context}/contracts/src/generated`)),
    ...filesBelow(root, 'docs/reference/schemas'),
    ...filesBelow(root, 'docs/reference/openapi'),
    ...filesBelow(root, 'deploy/bi').filter((file) => file.endsWith('.sql')),
  ];
}

function filesBelow(root: string, folder: string): string[] {
  if (!fs.existsSync(path.join(root, folder))) return [];
  return fs
    .readdirSync(path.join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
}
