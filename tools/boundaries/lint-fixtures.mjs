/**
 * Lints texts as if they stood at the given paths, under the repository's own configuration. Standard input: JSON
 * `[{ filePath, text }]`; standard output: JSON, per text the messages `[{ line, ruleId, message }]`. A process of its
 * own, because Jest cannot load a configuration that is an ES module.
 */
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

const BOUNDARIES = '@nx/enforce-module-boundaries';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const fixtures = JSON.parse(Buffer.concat(chunks).toString('utf8'));

/** The configured constraints alone: that two libraries would make a circle is not what is asked here. */
async function withoutCircles(filePath) {
  const { rules } = await new ESLint().calculateConfigForFile(filePath);
  const [severity, options] = rules[BOUNDARIES];
  return { [BOUNDARIES]: [severity, { ...options, ignoredCircularDependencies: [['*', '*']] }] };
}

async function lint({ filePath, text }) {
  const eslint = new ESLint({
    overrideConfig: [
      { ...tseslint.configs.disableTypeChecked, files: ['**/*.ts'] },
      { files: ['**/*.ts'], rules: await withoutCircles(filePath) },
    ],
  });
  const [result] = await eslint.lintText(text, { filePath });
  return result.messages.map(({ line, ruleId, message }) => ({ line, ruleId, message }));
}

const answers = [];
for (const fixture of fixtures) answers.push(await lint(fixture));
process.stdout.write(JSON.stringify(answers));
