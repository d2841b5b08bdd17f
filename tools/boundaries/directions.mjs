/**
 * The import directions of the code layout, as constraints of `@nx/enforce-module-boundaries`. A project has one
 * `type:` and one `scope:` tag; every constraint that fits the importing project must hold.
 */

/** Whose contracts a context's service may read beside its own: what it consumes. */
const CONSUMED_CONTEXTS = {
  organisation: [],
  ingestion: ['organisation'],
  nomenclature: ['ingestion', 'organisation'],
  stock: ['ingestion', 'nomenclature', 'organisation'],
  reporting: ['ingestion', 'nomenclature', 'organisation', 'stock'],
};

const TYPES = [
  { sourceTag: 'type:kernel', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'type:retail', onlyDependOnLibsWithTags: ['type:kernel'] },
  { sourceTag: 'type:contracts', onlyDependOnLibsWithTags: ['type:kernel', 'type:retail'] },
  {
    sourceTag: 'type:domain',
    onlyDependOnLibsWithTags: ['type:kernel', 'type:retail', 'type:contracts'],
  },
  { sourceTag: 'type:platform', onlyDependOnLibsWithTags: ['type:kernel', 'type:platform'] },
  {
    sourceTag: 'type:service',
    onlyDependOnLibsWithTags: [
      'type:kernel',
      'type:retail',
      'type:contracts',
      'type:domain',
      'type:platform',
    ],
  },
  {
    sourceTag: 'type:connectors',
    onlyDependOnLibsWithTags: ['type:kernel', 'type:retail', 'type:contracts', 'type:platform'],
  },
  { sourceTag: 'type:proof', onlyDependOnLibsWithTags: ['type:contracts', 'type:platform', 'type:proof'] },
  { sourceTag: 'type:cli', onlyDependOnLibsWithTags: ['type:contracts', 'type:platform'] },
  {
    sourceTag: 'type:app',
    onlyDependOnLibsWithTags: ['type:service', 'type:connectors', 'type:platform', 'type:proof'],
  },
  {
    sourceTag: 'type:tools',
    onlyDependOnLibsWithTags: [
      'type:kernel',
      'type:retail',
      'type:contracts',
      'type:domain',
      'type:platform',
      'type:service',
      'type:connectors',
      'type:proof',
      'type:cli',
    ],
  },
];

const SCOPES = Object.entries(CONSUMED_CONTEXTS).flatMap(([context, consumed]) => {
  const scope = `scope:${context}`;
  return [
    { allSourceTags: ['type:domain', scope], onlyDependOnLibsWithTags: ['scope:shared', scope] },
    // Of another context at most the contracts …
    {
      allSourceTags: ['type:service', scope],
      onlyDependOnLibsWithTags: ['scope:shared', scope, 'type:contracts'],
    },
    // … and only those of a context that it consumes.
    {
      allSourceTags: ['type:service', scope],
      onlyDependOnLibsWithTags: ['scope:shared', scope, ...consumed.map((other) => `scope:${other}`)],
    },
  ];
});

const FRAMEWORKS = [
  '@nestjs/*',
  '@opentelemetry/*',
  'fastify',
  'kafkajs',
  'pg',
  'pg-copy-streams',
  'pino',
  'rxjs',
  'typeorm',
];

/** Packages that a pure layer must not know. */
const EXTERNALS = [
  { sourceTag: 'type:kernel', allowedExternalImports: [] },
  { sourceTag: 'type:retail', allowedExternalImports: ['zod'] },
  { sourceTag: 'type:contracts', allowedExternalImports: ['zod'] },
  { sourceTag: 'type:domain', bannedExternalImports: [...FRAMEWORKS, 'zod'] },
  { sourceTag: 'type:service', bannedExternalImports: ['kafkajs', 'pg', 'pg-copy-streams'] },
  { sourceTag: 'type:connectors', bannedExternalImports: ['kafkajs', 'pg', 'pg-copy-streams', 'typeorm'] },
  { sourceTag: 'type:app', bannedExternalImports: ['kafkajs', 'pg', 'pg-copy-streams', 'typeorm'] },
  { sourceTag: 'type:cli', bannedExternalImports: ['kafkajs', 'pg', 'pg-copy-streams', 'typeorm'] },
];

export const depConstraints = [...TYPES, ...SCOPES, ...EXTERNALS];

/** For specs, which import their test libraries besides; an app's end-to-end specs speak its services' contracts. */
export const depConstraintsOfSpecs = [
  ...TYPES.map((constraint) =>
    constraint.sourceTag === 'type:app'
      ? {
          ...constraint,
          onlyDependOnLibsWithTags: [...constraint.onlyDependOnLibsWithTags, 'type:contracts'],
        }
      : constraint,
  ),
  ...SCOPES,
];
