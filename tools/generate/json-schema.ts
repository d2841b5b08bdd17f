import { z } from 'zod';

/** A JSON Schema object. Its keywords are read one at a time, each checked where it is used. */
export interface JsonSchema {
  [keyword: string]: unknown;
}

export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `input`: what a sender may write, fields with a default left out. `output`: what an owner always writes. */
export type Side = 'input' | 'output';

/** JSON Schema 2020-12 as it is published: open objects, descriptions and examples as declared. */
export function publishedSchema(schema: z.ZodType, side: Side): JsonSchema {
  return openObjects(z.toJSONSchema(schema, { io: side, unrepresentable: 'throw' }));
}

/**
 * The same schema shaped for a fast validator: no words, `null` as a type instead of a branch (a branch that fails
 * allocates an error even if the next one fits), and tagged unions that look at the tag first.
 */
export function validatorSchema(schema: z.ZodType, side: Side): JsonSchema {
  const raw = z.toJSONSchema(schema, {
    io: side,
    unrepresentable: 'throw',
    override: ({ zodSchema, jsonSchema }) => {
      tagUnion(zodSchema, jsonSchema);
    },
  });
  return compact(openObjects(raw));
}

/** A closed object would make every added field a breaking change: published schemas are open. */
function openObjects(schema: JsonSchema): JsonSchema {
  return mapSchemas(schema, (node) => {
    if (node['additionalProperties'] !== false) return node;
    const { additionalProperties: _closed, ...open } = node;
    return open;
  });
}

function tagUnion(zodSchema: z.core.$ZodType, jsonSchema: JsonSchema): void {
  const definition: object = zodSchema._zod.def;
  if (!('discriminator' in definition) || typeof definition.discriminator !== 'string') return;
  const branches = jsonSchema['oneOf'] ?? jsonSchema['anyOf'];
  if (!Array.isArray(branches)) return;
  delete jsonSchema['anyOf'];
  jsonSchema['oneOf'] = branches;
  jsonSchema['type'] = 'object';
  jsonSchema['discriminator'] = { propertyName: definition.discriminator };
}

const WORDS = new Set(['description', 'title', 'examples', 'default', 'deprecated', 'unit', 'personalData']);

function compact(schema: JsonSchema): JsonSchema {
  return mapSchemas(schema, (node) => {
    const silent = Object.fromEntries(Object.entries(node).filter(([keyword]) => !WORDS.has(keyword)));
    return nullAsType(silent);
  });
}

function nullAsType(node: JsonSchema): JsonSchema {
  const branches = node['anyOf'];
  if (!Array.isArray(branches) || branches.length !== 2) return node;
  const value = (branches as unknown[]).find((branch) => isSchema(branch) && branch['type'] !== 'null');
  const hasNull = branches.some((branch) => isSchema(branch) && branch['type'] === 'null');
  if (!hasNull || !isSchema(value) || typeof value['type'] !== 'string') return node;
  if ('const' in value || 'oneOf' in value || 'anyOf' in value || 'allOf' in value) return node;
  const { anyOf: _branches, ...rest } = node;
  const values = value['enum'];
  return {
    ...rest,
    ...value,
    type: [value['type'], 'null'],
    ...(Array.isArray(values) ? { enum: [...(values as unknown[]), null] } : {}),
  };
}

const SCHEMA_LISTS = ['anyOf', 'oneOf', 'allOf', 'prefixItems'];
const SCHEMA_MAPS = ['properties', '$defs', 'patternProperties'];
const SCHEMA_VALUES = ['items', 'additionalProperties', 'propertyNames', 'not', 'contains'];

/** Rebuilds a schema bottom-up; only places that hold schemas are visited, never examples or constants. */
export function mapSchemas(schema: JsonSchema, change: (node: JsonSchema) => JsonSchema): JsonSchema {
  const visit = (value: unknown): unknown => (isSchema(value) ? mapSchemas(value, change) : value);
  const copy: JsonSchema = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (SCHEMA_LISTS.includes(keyword) && Array.isArray(value)) copy[keyword] = value.map(visit);
    else if (SCHEMA_MAPS.includes(keyword) && isSchema(value)) copy[keyword] = mapValues(value, visit);
    else if (SCHEMA_VALUES.includes(keyword)) copy[keyword] = visit(value);
    else copy[keyword] = value;
  }
  return change(copy);
}

function mapValues(map: JsonSchema, change: (value: unknown) => unknown): JsonSchema {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, change(value)]));
}

export interface SchemaField {
  /** `lines[].quantityMilli` */
  readonly path: string;
  readonly schema: JsonSchema;
}

/** Every property at every depth, in the order of declaration; shared definitions once, under their name. */
export function fieldsOf(schema: JsonSchema): SchemaField[] {
  const fields: SchemaField[] = [];
  collectFields(schema, '', fields);
  const definitions = schema['$defs'];
  if (isSchema(definitions)) {
    for (const [name, definition] of Object.entries(definitions)) {
      if (isSchema(definition)) collectFields(definition, `${name}.`, fields);
    }
  }
  return fields;
}

function collectFields(schema: JsonSchema, prefix: string, fields: SchemaField[]): void {
  const properties = schema['properties'];
  if (isSchema(properties)) {
    for (const [name, property] of Object.entries(properties)) {
      if (!isSchema(property)) continue;
      fields.push({ path: `${prefix}${name}`, schema: property });
      collectFields(property, `${prefix}${name}.`, fields);
    }
  }
  const items = schema['items'];
  if (isSchema(items)) collectFields(items, `${prefix.replace(/\.$/, '')}[].`, fields);
  for (const list of [schema['anyOf'], schema['oneOf'], schema['allOf']]) {
    if (!Array.isArray(list)) continue;
    for (const branch of list as unknown[]) if (isSchema(branch)) collectFields(branch, prefix, fields);
  }
}
