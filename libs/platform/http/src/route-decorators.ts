import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Problem } from './problem';
import { addRouteNotes } from './route-metadata';
import type { Answer } from './route-metadata';

/** What `@Body()` holds on a route with `@AcceptsRawBody`: a JSON body whole, an NDJSON body as it arrives. */
export type RawBody = Buffer | Readable;

export interface RawBodyRouteConfig {
  readonly rawBody?: boolean;
}

/** Documents a successful answer. */
export function Answers(answer: Answer): MethodDecorator {
  return onMethod((method) => {
    addRouteNotes(method, { answers: [answer] });
  });
}

/** Documents the problems that this route answers with beside those of every route. */
export function AnswersProblems(...problems: Problem[]): MethodDecorator {
  return onMethod((method) => {
    addRouteNotes(method, { problems });
  });
}

/**
 * The body is not parsed: `application/json` arrives as one Buffer, `application/x-ndjson` as a stream for
 * `ndjsonLines`. The schema documents the value, or each line.
 */
export function AcceptsRawBody(schema: z.ZodType): MethodDecorator {
  const config: RawBodyRouteConfig = { rawBody: true };
  return applyDecorators(
    RouteConfig(config),
    onMethod((method) => {
      addRouteNotes(method, { rawBody: schema });
    }),
  );
}

function onMethod(note: (method: object) => void): MethodDecorator {
  return (_target, _key, descriptor) => {
    const method: unknown = descriptor.value;
    if (typeof method !== 'function') throw new Error('this decorator belongs on a method');
    note(method);
  };
}
