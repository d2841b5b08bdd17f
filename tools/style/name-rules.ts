import * as path from 'node:path';
import { isCode } from './source-files';
import type { Problem, SourceFile } from './source-files';

const ROLES = ['consumer', 'handler', 'controller', 'query', 'repository', 'entity', 'module', 'v[1-9]\\d*'];
const KEBAB = '[a-z0-9]+(?:-[a-z0-9]+)*';
const FILE_NAME = new RegExp(
  `^${KEBAB}(?:\\.(?:${ROLES.join('|')}))?(?:\\.d|(?:\\.(?:property|int|e2e))?\\.spec)?\\.(?:ts|cjs|mjs|js)$`,
);
const CONFIG_NAME = /^[a-z]+\.config\.(?:mjs|cjs)$/;
const FOLDER_NAME = new RegExp(`^\\.?${KEBAB}$`);

/** kebab-case, a role from the closed list, no barrels: a name says what is inside. */
export function checkNames(file: SourceFile): Problem[] {
  if (!isCode(file)) return [];
  const name = path.posix.basename(file.path);
  const messages: string[] = [];
  if (name === 'index.ts') messages.push('a barrel: import from the file that declares it');
  if (!FILE_NAME.test(name) && !CONFIG_NAME.test(name)) {
    messages.push(
      'the name must be kebab-case with at most one role (.consumer .handler .controller .query …)',
    );
  }
  const folder = path.posix
    .dirname(file.path)
    .split('/')
    .find((part) => part !== '.' && !FOLDER_NAME.test(part));
  if (folder !== undefined) messages.push(`the folder ${folder} must be in kebab-case`);
  return messages.map((message) => ({ path: file.path, line: 1, message }));
}
