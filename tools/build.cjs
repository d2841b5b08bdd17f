'use strict';
// Compiles every TypeScript file of apps, libs and tools into dist/ with the same layout. Plain JavaScript,
// because nothing is compiled yet when it runs. Only files newer than their output are compiled again.
const fs = require('node:fs');
const path = require('node:path');

const root = path.resolve(__dirname, '..');
const defaultOutput = path.join(root, 'dist');
const sourceRoots = ['apps', 'libs', 'tools'];
const skippedFolders = new Set(['node_modules', 'fixtures', 'page']);

function* sourceFiles(folder) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!skippedFolders.has(entry.name)) yield* sourceFiles(file);
    } else if (/\.(ts|js)$/.test(entry.name) && !entry.name.endsWith('.d.ts')) {
      yield file;
    }
  }
}

function swcOptions() {
  const config = JSON.parse(fs.readFileSync(path.join(root, 'tsconfig.base.json'), 'utf8'));
  return {
    swcrc: false,
    sourceMaps: true,
    module: { type: 'commonjs' },
    jsc: {
      target: 'es2023',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      keepClassNames: true,
      baseUrl: root,
      paths: config.compilerOptions.paths,
    },
  };
}

function isFresh(source, output, newestConfigMs) {
  const stat = fs.statSync(output, { throwIfNoEntry: false });
  return stat !== undefined && stat.mtimeMs >= fs.statSync(source).mtimeMs && stat.mtimeMs >= newestConfigMs;
}

function removeOrphans(outputRoot, expected) {
  if (!fs.existsSync(outputRoot)) return;
  for (const entry of fs.readdirSync(outputRoot, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile() && file.endsWith('.js') && !expected.has(file)) {
      fs.rmSync(file, { force: true });
      fs.rmSync(`${file}.map`, { force: true });
    }
  }
}

function writeAtomically(file, text) {
  const temporary = `${file}.${process.pid}.tmp`;
  fs.writeFileSync(temporary, text);
  fs.renameSync(temporary, file);
}

/** Compiles what changed into the folder and answers how many files that were. */
function build(outputRoot = defaultOutput) {
  const swc = require('@swc/core');
  const options = swcOptions();
  const newestConfigMs = Math.max(
    ...['tsconfig.base.json', 'tools/build.cjs'].map((file) => fs.statSync(path.join(root, file)).mtimeMs),
  );
  const expected = new Set();
  let compiled = 0;
  for (const source of sourceRoots.flatMap((folder) => [...sourceFiles(path.join(root, folder))])) {
    const relative = path.relative(root, source);
    const output = path.join(outputRoot, relative.replace(/\.ts$/, '.js'));
    expected.add(output);
    if (isFresh(source, output, newestConfigMs)) continue;
    fs.mkdirSync(path.dirname(output), { recursive: true });
    const result = swc.transformFileSync(source, { ...options, filename: source, sourceFileName: source });
    writeAtomically(`${output}.map`, result.map);
    writeAtomically(output, `${result.code}\n//# sourceMappingURL=${path.basename(output)}.map\n`);
    compiled += 1;
  }
  removeOrphans(outputRoot, expected);
  return compiled;
}

module.exports = { build };
if (require.main === module) {
  const compiled = build(process.argv[2]);
  process.stderr.write(`compiled ${compiled} files\n`);
}
