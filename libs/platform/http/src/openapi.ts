import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';
import type { Route } from './controllers';
import { httpProblems } from './problem';
import type { Problem } from './problem';
import { NDJSON_MEDIA_TYPE } from './body-parsers';
import { PROBLEM_MEDIA_TYPE } from './problem-body';
import type { Answer } from './route-metadata';

export interface OpenApiOptions {
  readonly title: string;
  readonly description: string;
  readonly version: string;
}

/** The parts of an OpenAPI document that are read and written here. */
export interface OpenApiDocument {
  paths: Record<string, Record<string, Operation>>;
  [part: string]: unknown;
}

interface Operation {
  operationId?: string;
  [part: string]: unknown;
}

type Json = Record<string, unknown>;

/** OpenAPI 3.1 of every route: its schemas are those that check the requests. */
export function buildOpenApi(
  app: NestFastifyApplication,
  routes: ReadonlyMap<string, Route>,
  options: OpenApiOptions,
): OpenApiDocument {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(options.title)
    .setDescription(options.description)
    .setVersion(options.version)
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An opaque token' })
    .build();
  const scanned = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) => `${controller}.${method}`,
  });
  const document: OpenApiDocument = { ...scanned, paths: {} };
  for (const [address, item] of Object.entries(scanned.paths)) {
    const operations: Record<string, Operation> = {};
    for (const [method, operation] of Object.entries(item as Record<string, Operation>)) {
      const route = routes.get(operation.operationId ?? '');
      if (route !== undefined) operations[method] = describeOperation(address, operation, route);
    }
    document.paths[address] = operations;
  }
  return document;
}

function describeOperation(address: string, operation: Operation, route: Route): Operation {
  const { parameters: _scanned, requestBody: _guessed, ...rest } = operation;
  const body = describeBody(route);
  const parameters = describeParameters(address, route);
  return {
    ...rest,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === null ? {} : { requestBody: body }),
    responses: {
      ...describeAnswers(route.notes.answers ?? []),
      ...describeProblems(problemsOf(route, body !== null)),
    },
    ...describeAccess(route),
  };
}

function describeAccess({ access }: Route): Json {
  if (access === 'public' || access === null) return { security: [] };
  const scopes = access.length === 0 ? 'Any known caller.' : `Scope: ${access.join(' or ')}.`;
  return { security: [{ bearer: [] }], description: scopes };
}

function describeBody({ notes }: Route): Json | null {
  if (notes.body !== undefined) {
    return { required: true, content: { 'application/json': { schema: toSchema(notes.body, 'input') } } };
  }
  if (notes.rawBody === undefined) return null;
  const schema = toSchema(notes.rawBody, 'input');
  return {
    required: true,
    description: `One value as application/json, or one value a line as ${NDJSON_MEDIA_TYPE}; gzip is accepted.`,
    content: { 'application/json': { schema }, [NDJSON_MEDIA_TYPE]: { schema } },
  };
}

function describeParameters(address: string, { notes }: Route): Json[] {
  const placeholders = [...address.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
  const described = [...fieldsAs('path', notes.path), ...fieldsAs('query', notes.query)];
  const missing = placeholders.filter((name) => !described.some((parameter) => parameter['name'] === name));
  return [
    ...missing.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
    ...described,
  ];
}

function fieldsAs(place: 'path' | 'query', schema: z.ZodObject | undefined): Json[] {
  if (schema === undefined) return [];
  return Object.entries(schema.shape).map(([name, field]) => {
    const json = toSchema(field as z.ZodType, 'input');
    const { description } = json;
    return {
      name,
      in: place,
      required: place === 'path' || !(field as z.ZodType).safeParse(undefined).success,
      ...(description === undefined ? {} : { description }),
      schema: json,
    };
  });
}

function describeAnswers(answers: readonly Answer[]): Json {
  if (answers.length === 0) return { 200: { description: 'Done' } };
  return Object.fromEntries(
    answers.map(({ status, description, schema, mediaType = 'application/json' }) => [
      status,
      {
        description,
        ...(schema === undefined ? {} : { content: { [mediaType]: { schema: toSchema(schema, 'output') } } }),
      },
    ]),
  );
}

function problemsOf({ notes, access }: Route, takesBody: boolean): Problem[] {
  const takesFields = notes.body !== undefined || notes.query !== undefined || notes.path !== undefined;
  return [
    ...(access === 'public' ? [] : [httpProblems.unauthenticated, httpProblems.forbidden]),
    ...(takesFields ? [httpProblems.validationFailed] : []),
    ...(takesBody
      ? [
          httpProblems.malformedJson,
          httpProblems.jsonTooComplex,
          httpProblems.malformedEncoding,
          httpProblems.bodyTooLarge,
          httpProblems.compressionRatio,
          httpProblems.unsupportedMediaType,
          httpProblems.unsupportedEncoding,
        ]
      : []),
    httpProblems.internalError,
    httpProblems.unavailable,
    ...(notes.problems ?? []),
  ];
}

function describeProblems(problems: readonly Problem[]): Json {
  const statuses = [...new Set(problems.map((problem) => problem.status))].sort(
    (left, right) => left - right,
  );
  return Object.fromEntries(
    statuses.map((status) => {
      const own = [...new Set(problems.filter((problem) => problem.status === status))];
      const words = own.map(({ code, title, remedy }) => `- \`${code}\`: ${title}. ${remedy}`);
      const schema = problemSchema(own.map((problem) => problem.code));
      return [status, { description: words.join('\n'), content: { [PROBLEM_MEDIA_TYPE]: { schema } } }];
    }),
  );
}

function problemSchema(codes: readonly string[]): Json {
  const field = { type: 'string' };
  const error = { type: 'object', properties: { pointer: field, code: field, message: field } };
  return {
    type: 'object',
    required: ['type', 'title', 'status', 'code', 'remedy'],
    properties: {
      type: field,
      title: field,
      status: { type: 'integer' },
      code: { type: 'string', enum: codes },
      detail: field,
      errors: { type: 'array', items: error },
      remedy: field,
      errorId: {
        type: 'string',
        format: 'uuid',
        description: 'Of answers from 500 on: names the entry of the log',
      },
    },
  };
}

function toSchema(schema: z.ZodType, side: 'input' | 'output'): Json {
  const { $schema: _draft, ...json } = z.toJSONSchema(schema, {
    io: side,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  return json;
}
