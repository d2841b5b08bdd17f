import { NESTING_MAX, nestsDeeperThan } from '@potok/kernel/json-nesting';
import type { FastifyInstance } from 'fastify';
import { httpProblems, ProblemError } from './problem';

/** More values than this in one body take too long to read: the process does nothing else meanwhile. */
const VALUES_MAX = 50_000;

type JsonParser = ReturnType<FastifyInstance['getDefaultJsonParser']>;
type Parsed = (error: Error | null, value?: unknown) => void;

/** Parses a body within what can be parsed without holding others up: nesting and the number of values are bounded. */
export function boundedJsonParser(parse: JsonParser) {
  return (request: Parameters<JsonParser>[0], body: Buffer, done: Parsed): void => {
    if (body.length === 0) {
      done(null, undefined);
      return;
    }
    const text = body.toString();
    const excess = excessOf(text);
    if (excess !== null) {
      done(new ProblemError(httpProblems.jsonTooComplex, { detail: excess }));
      return;
    }
    void parse(request, text, (error, value: unknown) => {
      if (error === null) done(null, value);
      else done(new ProblemError(httpProblems.malformedJson));
    });
  };
}

function excessOf(text: string): string | null {
  if (nestsDeeperThan(text, NESTING_MAX)) return `more than ${String(NESTING_MAX)} levels`;
  let values = 0;
  for (const mark of [',', '{', '[']) {
    for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) {
      values += 1;
      if (values > VALUES_MAX) return `more than ${String(VALUES_MAX)} values`;
    }
  }
  return null;
}
