import nx from '@nx/eslint-plugin';
import { createProjectGraphAsync } from '@nx/devkit';
import tseslint from 'typescript-eslint';
import { depConstraints, depConstraintsOfSpecs } from './tools/boundaries/directions.mjs';

// The boundary rule reads the cached graph of projects and passes everything when there is none: it is made fresh here.
process.env['NX_DAEMON'] = 'false';
process.env['NX_NO_CLOUD'] = 'true';
await createProjectGraphAsync({ exitOnError: false, resetDaemonClient: true });

const PURE = ['libs/kernel/**', 'libs/retail/**', 'libs/*/contracts/**', 'libs/*/domain/**'];
const SPECS = ['**/*.spec.ts', '**/test-support/**'];

const boundaries = (options) => ['error', { allow: [], enforceBuildableLibDependency: false, ...options }];

const MESSAGE_PATTERN = {
  selector: "Decorator[expression.callee.name='MessagePattern']",
  message: 'Kafka request-reply loses messages: queries go over HTTP, facts are @EventPattern.',
};

const IMPURE_SYNTAX = [
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'A pure layer has no clock: take the time as a value.',
  },
  {
    selector: "CallExpression[callee.name='Date']",
    message: 'A pure layer has no clock: take the time as a value.',
  },
  {
    selector: 'CallExpression[callee.name=/^(setTimeout|setInterval|setImmediate|fetch)$/]',
    message: 'A pure layer neither waits nor does I/O.',
  },
];

const NO_CLOCK = 'A pure layer has no clock: take the time as a value.';
const NO_RANDOM = 'A pure layer has no randomness: take the value from the caller.';
const NO_ENVIRONMENT = 'Only libs/platform/config and entry points read the environment.';
const ENVIRONMENT = [{ object: 'process', property: 'env', message: NO_ENVIRONMENT }];

const onlyIn = (places, names) => ({
  group: names.flatMap((name) => [name, `${name}/*`]),
  message: `Only ${places} imports this package.`,
});
const KAFKA_CLIENT = onlyIn('libs/platform/kafka', ['kafkajs']);
const PG_DRIVER = onlyIn('libs/platform/postgres', ['pg', 'pg-copy-streams']);
const NODE_BUILTINS = { group: ['node:*'], message: 'A pure layer does no I/O and knows no runtime.' };
const CONTRACT_VALUES = {
  group: ['@potok/*-contracts/*'],
  allowTypeImports: true,
  message: 'A proof checks the contracts: it may know their types, not use their code.',
};

const restrictedImports = (...patterns) => ['error', { patterns }];

export default tseslint.config(
  {
    ignores: [
      'node_modules/**',
      'dist/**',
      '.cache/**',
      '.nx/**',
      '.potok/**',
      'coverage/**',
      '**/generated/**',
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
    rules: {
      '@nx/enforce-module-boundaries': boundaries({ depConstraints }),
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true }],
      // Nest's modules are classes without members by design, and its option objects are declared as classes.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true, allowEmpty: true }],
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // A flag that changes during an await, and a type parameter that only documents, are no mistakes.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      'no-console': 'error',
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', MESSAGE_PATTERN],
      'no-restricted-properties': ['error', ...ENVIRONMENT],
      '@typescript-eslint/no-restricted-imports': restrictedImports(KAFKA_CLIENT, PG_DRIVER),
    },
  },
  {
    files: PURE,
    ignores: SPECS,
    rules: {
      '@typescript-eslint/no-restricted-imports': restrictedImports(KAFKA_CLIENT, PG_DRIVER, NODE_BUILTINS),
      'no-restricted-syntax': ['error', MESSAGE_PATTERN, ...IMPURE_SYNTAX],
      'no-restricted-properties': [
        'error',
        ...ENVIRONMENT,
        { object: 'Date', property: 'now', message: NO_CLOCK },
        { object: 'performance', property: 'now', message: NO_CLOCK },
        { object: 'process', property: 'hrtime', message: NO_CLOCK },
        { object: 'Math', property: 'random', message: NO_RANDOM },
        { object: 'crypto', property: 'randomUUID', message: NO_RANDOM },
      ],
    },
  },
  {
    files: ['libs/platform/{kafka,dev-infra,testing}/**'],
    rules: { '@typescript-eslint/no-restricted-imports': restrictedImports(PG_DRIVER) },
  },
  {
    files: ['libs/platform/postgres/**'],
    rules: { '@typescript-eslint/no-restricted-imports': restrictedImports(KAFKA_CLIENT) },
  },
  {
    files: ['libs/platform/{dev-infra,testing}/**'],
    rules: { '@typescript-eslint/no-restricted-imports': 'off' },
  },
  {
    files: ['libs/proof/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': restrictedImports(KAFKA_CLIENT, PG_DRIVER, CONTRACT_VALUES),
    },
  },
  {
    files: SPECS,
    rules: {
      '@nx/enforce-module-boundaries': boundaries({
        depConstraints: depConstraintsOfSpecs,
        // Fixtures stand on the libraries that they help to test; specs are no part of the graph (.nxignore).
        ignoredCircularDependencies: [['platform-*', 'platform-testing']],
      }),
      'no-restricted-properties': 'off',
    },
  },
  {
    files: [
      '**/main.ts',
      '**/*-main.ts',
      'apps/*/src/testing/**',
      'apps/*/src/telemetry.ts',
      'libs/platform/config/**',
      'libs/platform/testing/**',
      'tools/**',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
);
