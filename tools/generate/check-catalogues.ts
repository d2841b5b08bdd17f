import { eventTypeOf } from '@potok/kernel/contract';
import type { TopicDeclaration } from '@potok/kernel/contract';
import { Ajv2020 } from 'ajv/dist/2020';
import { z } from 'zod';
import { fieldsOf, publishedSchema } from './json-schema';
import type { JsonSchema, Side } from './json-schema';
import type { Catalogue, DeclaredEvent } from './load-catalogues';
import { eventValidatorName, schemaValidatorName } from './names';

const TOPIC_NAME = /^(retail|internal|bi)(\.[a-z][a-z-]*)+\.v[1-9][0-9]*$/;
const EVENT_NAME = /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)*$/;

/** Every broken rule of every catalogue, each with the place to mend. */
export function checkCatalogues(catalogues: readonly Catalogue[]): string[] {
  const topics = catalogues.flatMap((catalogue) => catalogue.topics);
  const catalogued = catalogues.flatMap((catalogue) => catalogue.events);
  const events = catalogued.map((event) => event.declaration);
  return [
    ...checkTopics(catalogues),
    ...repeated(events.map(eventTypeOf)).map((type) => `event ${type} is declared twice`),
    ...events.flatMap((event) => checkEvent(event, topics)),
    ...catalogued
      .filter((event) => event.exported === null)
      .map((event) => `event ${eventTypeOf(event.declaration)}: no module of the contracts exports it`),
    ...catalogues.flatMap((catalogue) =>
      repeated(validatorNames(catalogue)).map((name) => `${catalogue.context}: two validators named ${name}`),
    ),
    ...repeated(catalogues.flatMap(({ schemas }) => Object.keys(schemas))).map(
      (name) => `two schemas named ${name}: they would be written to one file`,
    ),
    ...catalogues.flatMap((catalogue) =>
      Object.entries(catalogue.schemas).flatMap(([name, schema]) =>
        checkRepresentable(`${catalogue.context} schema ${name}`, schema, 'input'),
      ),
    ),
  ];
}

function checkTopics(catalogues: readonly Catalogue[]): string[] {
  const problems = repeated(
    catalogues.flatMap((catalogue) => catalogue.topics.map((topic) => topic.name)),
  ).map((name) => `topic ${name} is declared twice`);
  for (const { context, topics } of catalogues) {
    for (const topic of topics) {
      if (!TOPIC_NAME.test(topic.name)) {
        problems.push(`topic ${topic.name}: the name must look like retail.<context>.<noun>.v<N>`);
      }
      if (topic.context !== context) {
        problems.push(
          `topic ${topic.name}: says context ${topic.context}, stands in the catalogue of ${context}`,
        );
      }
    }
  }
  return problems;
}

function checkEvent(event: DeclaredEvent, topics: readonly TopicDeclaration[]): string[] {
  const type = eventTypeOf(event);
  const problems: string[] = [];
  if (!EVENT_NAME.test(event.name))
    problems.push(`event ${type}: the name must be kebab-case words joined by dots`);
  if (!topics.some((topic) => topic.name === event.topic.name)) {
    problems.push(`event ${type}: topic ${event.topic.name} stands in no catalogue's topics`);
  }
  const parsed = event.schema.safeParse(event.example);
  if (!parsed.success)
    problems.push(`event ${type}: the example does not fit: ${z.prettifyError(parsed.error)}`);
  const unrepresentable = checkRepresentable(`event ${type}`, event.schema, 'output');
  if (unrepresentable.length > 0) return [...problems, ...unrepresentable];
  const misfits = misfitExamples(publishedSchema(event.schema, 'output'));
  return [...problems, ...misfits.map((problem) => `event ${type}: ${problem}`)];
}

function checkRepresentable(what: string, schema: z.ZodType, side: Side): string[] {
  try {
    publishedSchema(schema, side);
    return [];
  } catch (error) {
    return [`${what}: has no JSON Schema: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** Fields of events that say nothing about themselves, each named once however many events carry it. */
export function findUndescribed(catalogues: readonly Catalogue[]): string[] {
  const fields = catalogues.flatMap(({ context, events }) =>
    events.flatMap(({ declaration }) =>
      undescribedFields(publishedSchema(declaration.schema, 'output')).map(
        (path) => `${context}: field ${path} has no description`,
      ),
    ),
  );
  return [...new Set(fields)];
}

function undescribedFields(schema: JsonSchema): string[] {
  const described = (field: JsonSchema): boolean =>
    typeof field['description'] === 'string' || '$ref' in field || 'const' in field;
  return fieldsOf(schema)
    .filter((field) => !described(field.schema))
    .map((field) => field.path);
}

function misfitExamples(schema: JsonSchema): string[] {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  return fieldsOf(schema).flatMap(({ path, schema: field }) => {
    const examples: unknown = field['examples'];
    if (!Array.isArray(examples)) return [];
    const validate = ajv.compile({ ...field, $defs: schema['$defs'] ?? {} });
    return (examples as unknown[])
      .filter((example) => !validate(example))
      .map((example) => `field ${path}: the example ${JSON.stringify(example)} does not fit the field`);
  });
}

function validatorNames({ events, schemas }: Catalogue): string[] {
  return [
    ...events.map((event) => eventValidatorName(event.declaration)),
    ...Object.keys(schemas).map(schemaValidatorName),
  ];
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
