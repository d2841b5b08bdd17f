import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { repositoryRoot } from './generate/repository';

/**
 * Every edge between two projects is linted as an import; what the layout allows is written here a second time, in
 * words of its own, so that a mistake in the lint configuration cannot hide.
 */
const root = repositoryRoot(__dirname);

interface Project {
  readonly name: string;
  readonly folder: string;
  readonly type: string;
  readonly scope: string;
}

interface Message {
  readonly line: number;
  readonly ruleId: string | null;
  readonly message: string;
}

const CONSUMED: Readonly<Record<string, readonly string[]>> = {
  organisation: [],
  ingestion: ['organisation'],
  nomenclature: ['ingestion', 'organisation'],
  stock: ['ingestion', 'nomenclature', 'organisation'],
  reporting: ['ingestion', 'nomenclature', 'organisation', 'stock'],
};

const MAY_IMPORT: Readonly<Record<string, (from: Project, to: Project) => boolean>> = {
  kernel: () => false,
  retail: (_from, to) => to.type === 'kernel',
  contracts: (_from, to) => ['kernel', 'retail'].includes(to.type),
  domain: (from, to) =>
    ['kernel', 'retail'].includes(to.type) || (to.type === 'contracts' && to.scope === from.scope),
  platform: (_from, to) => ['kernel', 'platform'].includes(to.type),
  service: (from, to) =>
    ['kernel', 'retail', 'platform'].includes(to.type) ||
    (to.scope === from.scope && ['contracts', 'domain'].includes(to.type)) ||
    (to.type === 'contracts' && (CONSUMED[from.scope] ?? []).includes(to.scope)),
  proof: (_from, to) => ['contracts', 'platform', 'proof'].includes(to.type),
  cli: (_from, to) => ['contracts', 'platform'].includes(to.type),
  app: (_from, to) => ['service', 'platform', 'proof'].includes(to.type),
  tools: () => true,
};

function readProjects(): Project[] {
  const files = ['libs', 'apps', 'tools'].flatMap((folder) =>
    fs
      .readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => path.basename(file) === 'project.json')
      .map((file) => path.join(folder, file)),
  );
  return files.map((file) => {
    const { name, tags } = JSON.parse(fs.readFileSync(path.join(root, file), 'utf8')) as {
      name: string;
      tags: string[];
    };
    const tag = (kind: string): string =>
      tags.find((each) => each.startsWith(`${kind}:`))?.slice(kind.length + 1) ?? '';
    return { name, folder: path.dirname(file), type: tag('type'), scope: tag('scope') };
  });
}

function lintAll(fixtures: readonly { filePath: string; text: string }[]): Message[][] {
  const answer = spawnSync(process.execPath, [path.join(root, 'tools/boundaries/lint-fixtures.mjs')], {
    cwd: root,
    input: JSON.stringify(fixtures),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (answer.status !== 0) throw new Error(answer.stderr);
  return JSON.parse(answer.stdout) as Message[][];
}

const fixturePath = (project: Project): string =>
  path.join(root, project.folder, project.type === 'tools' ? '' : 'src', 'boundary-fixture.ts');

/** Something that the alias of the project really finds. */
function importOf(project: Project): string | null {
  const folder = path.join(root, project.folder, 'src');
  const file = fs.existsSync(folder)
    ? fs
        .readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .find((name) => /^[\w/.-]+(?<!\.d|\.spec)\.ts$/.test(name))
    : undefined;
  return file === undefined ? null : `@potok/${project.name}/${file.replace(/\.ts$/, '')}`;
}

const projects = readProjects();
const targets = projects.filter(
  (project) => !['app', 'tools'].includes(project.type) && importOf(project) !== null,
);

describe('import directions between projects', () => {
  const textOf = (source: Project): string =>
    targets
      .filter((target) => target.name !== source.name)
      .map((target) => `import type {} from '${importOf(target) ?? ''}';`)
      .join('\n');
  const answers = lintAll(
    projects.map((source) => ({ filePath: fixturePath(source), text: textOf(source) })),
  );
  const edges = projects.flatMap((source, index) =>
    targets
      .filter((target) => target.name !== source.name)
      .map((target, line) => ({
        source,
        target,
        refused: (answers[index] ?? []).some(
          (message) => message.line === line + 1 && message.ruleId === '@nx/enforce-module-boundaries',
        ),
      })),
  );
  const banned = edges.filter(({ source, target }) => !MAY_IMPORT[source.type]?.(source, target));
  const allowed = edges.filter(({ source, target }) => MAY_IMPORT[source.type]?.(source, target));

  it('knows every kind of project', () => {
    expect(
      projects.filter((project) => !(project.type in MAY_IMPORT)).map((project) => project.name),
    ).toEqual([]);
    expect(new Set(banned.map(({ source }) => source.type)).size).toBe(Object.keys(MAY_IMPORT).length - 1);
  });

  it.each(banned.map((edge) => [edge.source.name, edge.target.name, edge.refused]))(
    'lint refuses %s → %s',
    (_source, _target, refused) => {
      expect(refused).toBe(true);
    },
  );

  it('lint allows every other edge', () => {
    const wronglyRefused = allowed.filter((edge) => edge.refused);
    expect(wronglyRefused.map(({ source, target }) => `${source.name} → ${target.name}`)).toEqual([]);
    expect(allowed.length).toBeGreaterThan(100);
  });
});

describe('what single files may not do', () => {
  const PURE = ['libs/kernel/src', 'libs/retail/src', 'libs/stock/contracts/src', 'libs/stock/domain/src'];
  const inPure = (text: string): [string, string][] => PURE.map((folder) => [folder, text]);
  const refused: [string, string][] = [
    ...[
      '@nestjs/common',
      '@opentelemetry/api',
      'kafkajs',
      'pg',
      'typeorm',
      'pino',
      'node:fs',
      'node:crypto',
    ].flatMap((name) => inPure(`import * as it from '${name}'; export { it };`)),
    ...inPure('export const it = Date.now();'),
    ...inPure('export const it = new Date();'),
    ...inPure('export const it = performance.now();'),
    ...inPure('export const it = Math.random();'),
    ...inPure("export const it = process.env['HOME'];"),
    ...inPure('setTimeout(() => undefined, 1);'),
    ['libs/kernel/src', "import * as it from 'zod'; export { it };"],
    ['libs/stock/domain/src', "import * as it from 'zod'; export { it };"],
    ...[
      'libs/stock/service/src',
      'libs/platform/publication/src',
      'libs/cli/src',
      'apps/potok/src',
      'libs/proof/audit/src',
    ].flatMap((folder): [string, string][] => [
      [folder, "import { Kafka } from 'kafkajs'; export { Kafka };"],
      [folder, "import { Client } from 'pg'; export { Client };"],
    ]),
    ['libs/platform/postgres/src', "import { Kafka } from 'kafkajs'; export { Kafka };"],
    ['libs/platform/kafka/src', "import { Client } from 'pg'; export { Client };"],
    ['apps/potok/src', "import { Entity } from 'typeorm'; export { Entity };"],
    ['libs/stock/service/src', "export const it = process.env['HOME'];"],
    ['libs/platform/http/src', "export const it = process.env['HOME'];"],
    [
      'libs/proof/audit/src',
      "import { storesTopic } from '@potok/organisation-contracts/topics'; export { storesTopic };",
    ],
    ['libs/stock/service/src', "class C { @MessagePattern('x') handle() { return 1; } } export { C };"],
    [
      'libs/stock/service/src',
      "import type { Clock } from '../../../kernel/src/clock'; export type { Clock };",
    ],
    ['libs/stock/service/src', 'export const it: any = 1;'],
    ['libs/stock/service/src', 'export const it = (x?: { y: 1 }) => x!.y;'],
  ];
  const allowed: [string, string][] = [
    ['libs/platform/kafka/src', "import { Kafka } from 'kafkajs'; export { Kafka };"],
    ['libs/platform/postgres/src', "import { Client } from 'pg'; export { Client };"],
    ['libs/stock/contracts/src', "import { z } from 'zod'; export { z };"],
    ['libs/stock/service/src', "import { createHash } from 'node:crypto'; export { createHash };"],
    ['libs/platform/http/src', 'export const it = Date.now();'],
    ['libs/platform/config/src', "export const it = process.env['HOME'];"],
    [
      'libs/proof/audit/src',
      "import type { storesTopic } from '@potok/organisation-contracts/topics'; export type T = typeof storesTopic;",
    ],
  ];
  const lint = (cases: readonly [string, string][]): Message[][] =>
    lintAll(
      cases.map(([folder, text]) => ({ filePath: path.join(root, folder, 'boundary-fixture.ts'), text })),
    );
  const refusedAnswers = lint(refused);
  const allowedAnswers = lint(allowed);

  const BY_RULE =
    /^(@nx\/enforce-module-boundaries|no-restricted-(syntax|properties)|@typescript-eslint\/no-(restricted-imports|explicit-any|non-null-assertion))$/;

  it.each(refused.map(([folder, text], index) => [folder, text, refusedAnswers[index]] as const))(
    'lint refuses in %s: %s',
    (_folder, _text, messages) => {
      expect(messages).toContainEqual(
        expect.objectContaining({ ruleId: expect.stringMatching(BY_RULE) as string }),
      );
    },
  );

  it.each(allowed.map(([folder, text], index) => [folder, text, allowedAnswers[index]] as const))(
    'lint allows in %s: %s',
    (_folder, _text, messages) => {
      expect(messages).toEqual([]);
    },
  );
});
