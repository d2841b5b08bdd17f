import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '..');
const WRITTEN = ['docs/tutorials', 'docs/guides', 'docs/concepts', 'docs/decisions'].flatMap((folder) =>
  readdirSync(path.join(root, folder)).map((page) => `${folder}/${page}`),
);
const PAGES = ['README.md', 'README.ru.md', 'CONTRIBUTING.md', ...WRITTEN];
/** A path of the repository in backticks, or as the target of a link. */
const PATH = /`((?:apps|libs|tools|docs)\/[\w./-]+\.\w+)`|\]\(((?!https?:)[\w./-]+)\)/g;

function pathsIn(page: string): string[] {
  const text = readFileSync(path.join(root, page), 'utf8');
  return [...text.matchAll(PATH)].map(([, code, link]) => {
    if (code !== undefined) return code;
    return path.join(path.dirname(page), link ?? '');
  });
}

describe('what the pages name', () => {
  it.each(PAGES)('%s names only files that exist', (page) => {
    expect(pathsIn(page).filter((name) => !existsSync(path.join(root, name)))).toEqual([]);
  });

  it('CONTRIBUTING follows a receipt through every hop', () => {
    const named = pathsIn('CONTRIBUTING.md');
    for (const hop of [
      'edge/',
      'intake/',
      'publish-documents/',
      'decide-receipts/',
      'apply-receipts/',
      'fold-balances/',
    ]) {
      expect(named.filter((name) => name.includes(hop)).length).toBeGreaterThan(0);
    }
  });
});
