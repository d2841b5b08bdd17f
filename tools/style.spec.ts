import { repositoryRoot } from './generate/repository';
import { checkCode } from './style/code-rules';
import { checkNames } from './style/name-rules';
import { checkMachinePaths, checkProject } from './style/repository-rules';
import { checkSizes } from './style/size-rules';
import { readSourceFiles } from './style/source-files';
import type { Problem, SourceFile } from './style/source-files';

const files = readSourceFiles(repositoryRoot(__dirname));

/** `file:line: what to do`, one a line: what a failed expectation shows. */
function problemsOf(rule: (file: SourceFile) => Problem[]): string[] {
  return files.flatMap(rule).map(({ path, line, message }) => `${path}:${String(line)}: ${message}`);
}

describe('the style of the repository', () => {
  it('reads what people wrote', () => {
    expect(files.some((file) => file.path === 'package.json')).toBe(true);
    expect(files.some((file) => file.path === 'tools/style.spec.ts')).toBe(true);
    expect(files.some((file) => file.path.includes('/generated/'))).toBe(false);
  });

  it.each([
    ['files, functions and parameter lists are small', checkSizes],
    ['names are kebab-case with a role from the closed list, no barrels', checkNames],
    ['types, tests and Nest are not tricked: no any, no !, nothing silenced, focused or global', checkCode],
    ['every project has its two tags', checkProject],
    ['no path of one machine', checkMachinePaths],
  ])('%s', (_name, rule) => {
    expect(problemsOf(rule)).toEqual([]);
  });
});

describe('the rules of style see', () => {
  const lines = (count: number): string => 'f();\n'.repeat(count);
  const file = (text: string, path = 'libs/some/src/some-file.ts'): SourceFile => ({ path, text });

  it.each<[string, (file: SourceFile) => Problem[], SourceFile]>([
    ['a long file', checkSizes, file(lines(401))],
    ['a long spec', checkSizes, file(lines(501), 'libs/some/src/some-file.spec.ts')],
    ['a long function', checkSizes, file(`function f() {\n${lines(69)}}\n`)],
    ['a long method', checkSizes, file(`class C {\n  f() {\n${lines(69)}}\n}\n`)],
    ['a long arrow function', checkSizes, file(`const f = () => {\n${lines(69)}};\n`)],
    ['four parameters', checkSizes, file('function f(a: 1, b: 2, c: 3, d: 4) {}')],
    ['camelCase', checkNames, file('', 'libs/some/src/someFile.ts')],
    ['an unknown role', checkNames, file('', 'libs/some/src/some-file.helper.ts')],
    ['two roles', checkNames, file('', 'libs/some/src/some.query.handler.ts')],
    ['a barrel', checkNames, file('', 'libs/some/src/index.ts')],
    ['a camelCase folder', checkNames, file('', 'libs/someThing/src/some-file.ts')],
    ['any', checkCode, file('const a: any = 1;')],
    ['a non-null assertion', checkCode, file('const a = b!.c;')],
    ['a double assertion', checkCode, file('const a = b as unknown as string;')],
    ['a silenced compiler', checkCode, file('// @ts-ignore because\nf();')],
    ['a silenced lint', checkCode, file('/* eslint-disable no-console */\nf();')],
    ['something left to do', checkCode, file('f(); // TODO later')],
    ['code in a comment', checkCode, file('// const a = 1;\nf();')],
    ['a focused test', checkCode, file('it.only("a", () => {});', 'libs/some/src/some-file.spec.ts')],
    ['a skipped test', checkCode, file('describe.skip("a", () => {});', 'libs/some/src/some-file.spec.ts')],
    ['a global module', checkCode, file("import { Global } from '@nestjs/common';")],
    ['a forward reference', checkCode, file("import { forwardRef } from '@nestjs/common';")],
    [
      'an implicit dependency',
      checkCode,
      file('@Injectable()\nclass C { constructor(private readonly a: A) {} }'),
    ],
    ['mutable state of a module', checkCode, file('let a = 1;')],
    ['a project without a scope', checkProject, file('{ "tags": ["type:app"] }', 'apps/some/project.json')],
    ['a project without a type', checkProject, file('{ "tags": ["scope:app"] }', 'apps/some/project.json')],
    [
      'a path of one machine',
      checkMachinePaths,
      file(`const a = '${['', 'home', 'me', 'file'].join('/')}';`),
    ],
  ])('%s', (_what, rule, bad) => {
    expect(rule(bad)).toHaveLength(1);
  });

  it.each<[string, (file: SourceFile) => Problem[], SourceFile]>([
    [
      'a describe as long as its spec',
      checkSizes,
      file(`describe('a', () => {\n${lines(90)}});`, 'a/src/a.spec.ts'),
    ],
    ['the name of a spec of a role', checkNames, file('', 'libs/some/src/some-file.handler.int.spec.ts')],
    ['a versioned event', checkNames, file('', 'libs/some/src/parcel-sent.v1.ts')],
    ['the word any in prose', checkCode, file('// any of them\nconst a = "any";')],
    ['prose that ends with a semicolon', checkCode, file('// It returns, as ever, the same;\nf();')],
    [
      'an injected dependency',
      checkCode,
      file('@Injectable()\nclass C { constructor(@Inject(A) private readonly a: A) {} }'),
    ],
    ['a path of an address', checkMachinePaths, file("const a = 'https://example.org/home/page';")],
  ])('nothing wrong in %s', (_what, rule, good) => {
    expect(rule(good)).toEqual([]);
  });
});
