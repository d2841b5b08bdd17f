import * as fs from 'node:fs';
import * as path from 'node:path';

/** The folder of the workspace, whether the tools run from their sources or from their compiled copies. */
export function repositoryRoot(from: string): string {
  let folder = from;
  while (!fs.existsSync(path.join(folder, 'nx.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error(`no nx.json above ${from}: not inside the repository`);
    folder = parent;
  }
  return folder;
}
