import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';

export interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Problem {
  readonly path: string;
  readonly line: number;
  /** What is wrong and what to do. */
  readonly message: string;
}

const ROOTS = ['apps', 'libs', 'tools', 'docs', 'deploy', 'helm', '.ci'];
const SKIPPED_FOLDERS = new Set([
  'node_modules',
  'dist',
  'generated',
  'fixtures',
  'coverage',
  '.potok',
  '.cache',
  '.nx',
]);
const CODE = /\.(ts|cjs|mjs|js)$/;
const TEXT = /\.(ts|cjs|mjs|js|json|md|ya?ml|sql|sh|html|css)$/;
const LOCK_FILE = 'package-lock.json';

export const isCode = (file: SourceFile): boolean => CODE.test(file.path);
export const isSpec = (file: SourceFile): boolean => /\.spec\.ts$/.test(file.path);

/** Every text of the repository that people wrote: the top folder's own files and the known folders. */
export function readSourceFiles(root: string): SourceFile[] {
  const top = fs
    .readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
  const paths = [...top, ...ROOTS.flatMap((folder) => filesBelow(root, folder))];
  return paths
    .filter((file) => (TEXT.test(file) || file.startsWith('.ci/')) && file !== LOCK_FILE)
    .map((file) => ({ path: file, text: fs.readFileSync(path.join(root, file), 'utf8') }));
}

function filesBelow(root: string, folder: string): string[] {
  if (!fs.existsSync(path.join(root, folder))) return [];
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const inside = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : filesBelow(root, inside);
    return entry.isFile() ? [inside] : [];
  });
}

export function parse(file: SourceFile): ts.SourceFile {
  return ts.createSourceFile(file.path, file.text, ts.ScriptTarget.ES2023, true);
}

export function lineOf(tree: ts.SourceFile, position: number): number {
  return tree.getLineAndCharacterOfPosition(position).line + 1;
}

/** Calls back for every node, outer ones first. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => {
    walk(child, visit);
  });
}

export interface Comment {
  readonly text: string;
  readonly line: number;
}

export function commentsOf(tree: ts.SourceFile): Comment[] {
  const ranges = new Map<number, ts.CommentRange>();
  walk(tree, (node) => {
    if (ts.isTemplateLiteralToken(node)) return;
    for (const range of [
      ...(ts.getLeadingCommentRanges(tree.text, node.getFullStart()) ?? []),
      ...(ts.getTrailingCommentRanges(tree.text, node.getEnd()) ?? []),
    ]) {
      ranges.set(range.pos, range);
    }
  });
  return [...ranges.values()].map((range) => ({
    text: tree.text.slice(range.pos, range.end),
    line: lineOf(tree, range.pos),
  }));
}
