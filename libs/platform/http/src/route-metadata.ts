import 'reflect-metadata';
import type { z } from 'zod';
import type { Problem } from './problem';

/** What decorators say about a route: read at start to check that it is guarded, and to document it. */
export interface RouteNotes {
  readonly body?: z.ZodType;
  readonly query?: z.ZodObject;
  readonly path?: z.ZodObject;
  /** A body handed over as it came: a JSON value, or lines of them. */
  readonly rawBody?: z.ZodType;
  readonly answers?: readonly Answer[];
  readonly problems?: readonly Problem[];
}

export interface Answer {
  readonly status: number;
  readonly description: string;
  readonly schema?: z.ZodType;
  readonly mediaType?: string;
}

/** `public`: open to anyone. Otherwise the scopes of which the caller needs one. */
export type RouteAccess = 'public' | readonly string[];

const NOTES = 'potok:route-notes';
const ACCESS = 'potok:route-access';

/** A class or one of its methods, as decorators see them. */
type Decorated = object;

export function addRouteNotes(method: Decorated, notes: RouteNotes): void {
  const before = routeNotesOf(method);
  const answers = [...(before.answers ?? []), ...(notes.answers ?? [])];
  const problems = [...(before.problems ?? []), ...(notes.problems ?? [])];
  Reflect.defineMetadata(NOTES, { ...before, ...notes, answers, problems }, method);
}

export function routeNotesOf(method: Decorated): RouteNotes {
  return (Reflect.getMetadata(NOTES, method) as RouteNotes | undefined) ?? {};
}

export function setRouteAccess(target: Decorated, access: RouteAccess): void {
  Reflect.defineMetadata(ACCESS, access, target);
}

/** The method's own access, else its controller's, else null: nobody said who may call it. */
export function routeAccessOf(controller: Decorated, method: Decorated): RouteAccess | null {
  const own = Reflect.getMetadata(ACCESS, method) as RouteAccess | undefined;
  return own ?? (Reflect.getMetadata(ACCESS, controller) as RouteAccess | undefined) ?? null;
}

/** The method that a parameter decorator stands in. */
export function methodOf(target: object, key: string | symbol | undefined): object {
  const method: unknown = key === undefined ? undefined : Reflect.get(target, key);
  if (typeof method !== 'function') throw new Error('this decorator belongs on a parameter of a method');
  return method;
}
