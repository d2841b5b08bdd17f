import { Body, Param, Query } from '@nestjs/common';
import type { PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { httpProblems, ProblemError } from './problem';
import type { FieldError } from './problem';
import { addRouteNotes, methodOf } from './route-metadata';

type Place = 'body' | 'query' | 'path';

/** The body parsed by the schema; a misfit is answered with `validationFailed`, every field named. */
export function ZodBody(schema: z.ZodType): ParameterDecorator {
  return documented({ body: schema }, Body(new ZodPipe(schema, 'body')));
}

/**
 * The query by a schema whose fields read text: `queryInteger`, `z.string()`, `z.enum([...])`. A name that it does
 * not know is refused, unless it is a `z.looseObject`: a mistyped filter would answer with the figures of all.
 */
export function ZodQuery(schema: z.ZodObject): ParameterDecorator {
  const closed = schema.def.catchall === undefined ? schema.strict() : schema;
  return documented({ query: schema }, Query(new ZodPipe(closed, 'query')));
}

/** The placeholders of the path. */
export function ZodParams(schema: z.ZodObject): ParameterDecorator {
  return documented({ path: schema }, Param(new ZodPipe(schema, 'path')));
}

/** A whole number in a query. */
export function queryInteger(min: number, max: number): z.ZodType<number, string> {
  const what = `a whole number from ${String(min)} to ${String(max)}`;
  return z
    .string()
    .regex(/^-?\d{1,16}$/, what)
    .transform(Number)
    .refine((value) => value >= min && value <= max, what);
}

export class ZodPipe implements PipeTransform {
  constructor(
    private readonly schema: z.ZodType,
    private readonly place: Place,
  ) {}

  transform(value: unknown): unknown {
    const unstorable = unstorableTexts(value, []);
    if (unstorable.length > 0) {
      const errors = unstorable.map((path) => fieldErrorOf(unstorableIssue(path), this.place));
      throw new ProblemError(httpProblems.validationFailed, { detail: summaryOf(errors), errors });
    }
    const parsed = this.schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const errors = parsed.error.issues.map((issue) => fieldErrorOf(issue, this.place));
    throw new ProblemError(httpProblems.validationFailed, { detail: summaryOf(errors), errors });
  }
}

/** NUL and lone surrogates: JSON can escape them, but no database takes them as text. */
const UNSTORABLE = /[\u0000\uD800-\uDFFF]/u;
const UNSTORABLE_NAMED_MAX = 10;

type Path = readonly (string | number)[];

/** Where such texts stand, names of members included. */
function unstorableTexts(value: unknown, path: Path): Path[] {
  if (typeof value === 'string') return UNSTORABLE.test(value) ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  const found: Path[] = [];
  for (const [name, member] of Object.entries(value)) {
    if (found.length >= UNSTORABLE_NAMED_MAX) break;
    if (UNSTORABLE.test(name)) found.push(path);
    found.push(...unstorableTexts(member, [...path, name]));
  }
  return found;
}

function unstorableIssue(path: Path): z.core.$ZodIssue {
  const message = 'holds NUL or half a surrogate pair';
  return { code: 'custom', path: [...path], message, input: '' };
}

export function fieldErrorOf(issue: z.core.$ZodIssue, place: Place): FieldError {
  const segments = place === 'body' ? issue.path : [place, ...issue.path];
  return {
    pointer: segments.map((segment) => `/${escapeSegment(String(segment))}`).join(''),
    code: issue.code === 'invalid_type' && issue.input === undefined ? 'required' : issue.code,
    message: issue.message,
  };
}

function escapeSegment(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}

function summaryOf(errors: readonly FieldError[]): string {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${String(errors.length - 1)} more)` : '';
  return first === undefined
    ? ''
    : `${first.pointer === '' ? 'the body' : first.pointer}: ${first.message}${more}`;
}

function documented(
  notes: Parameters<typeof addRouteNotes>[1],
  decorate: ParameterDecorator,
): ParameterDecorator {
  return (target, key, index) => {
    decorate(target, key, index);
    addRouteNotes(methodOf(target, key), notes);
  };
}
