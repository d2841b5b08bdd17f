import * as path from 'node:path';
import type { Problem, SourceFile } from './source-files';

/** Put together, so that this file does not break its own rule. */
const MACHINE_FOLDERS = ['work', 'tmp', 'home', 'root', 'Users'].join('|');
const MACHINE_PATH = new RegExp(`(?<![\\w.~$}{*:/-])/(?:${MACHINE_FOLDERS})/\\w`);

/** The repository speaks of the product, and of no machine that it was written on. */
export function checkMachinePaths(file: SourceFile): Problem[] {
  return file.text.split('\n').flatMap((text, index) => {
    const found = MACHINE_PATH.exec(text)?.[0];
    if (found === undefined) return [];
    const message = `${found}…: a path of one machine; ask the system, or the caller`;
    return [{ path: file.path, line: index + 1, message }];
  });
}

/** One `type:` and one `scope:` tag, on which the import directions rest. */
export function checkProject(file: SourceFile): Problem[] {
  if (path.posix.basename(file.path) !== 'project.json') return [];
  const { tags = [] } = JSON.parse(file.text) as { tags?: string[] };
  return ['type', 'scope']
    .filter((kind) => tags.filter((tag) => tag.startsWith(`${kind}:`)).length !== 1)
    .map((kind) => ({ path: file.path, line: 1, message: `a project has exactly one ${kind}: tag` }));
}
