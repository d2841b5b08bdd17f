import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { routeAccessOf, routeNotesOf } from './route-metadata';
import type { RouteAccess, RouteNotes } from './route-metadata';

export interface Route {
  /** `ClassName.method`, the operation's name in the OpenAPI document. */
  readonly name: string;
  readonly access: RouteAccess | null;
  readonly notes: RouteNotes;
  /** What the controller's module provides under the token; undefined when it provides nothing there. */
  provided(token: symbol): unknown;
}

interface ControllerClass {
  readonly name: string;
  readonly prototype: object;
}

/** Every method of every HTTP controller of the process, by name. Class names are unique across its modules. */
export function routesOf(app: NestFastifyApplication): Map<string, Route> {
  const scanner = new MetadataScanner();
  const classes = new Map<string, ControllerClass>();
  const routes = new Map<string, Route>();
  for (const { controller, provided } of controllersOf(app)) {
    const known = classes.get(controller.name);
    if (known !== undefined && known !== controller) {
      throw new Error(`two controllers are named ${controller.name}: their routes could not be told apart`);
    }
    classes.set(controller.name, controller);
    for (const key of scanner.getAllMethodNames(controller.prototype)) {
      const method: unknown = Reflect.get(controller.prototype, key);
      if (typeof method !== 'function' || !Reflect.hasMetadata('path', method)) continue;
      const name = `${controller.name}.${key}`;
      const access = routeAccessOf(controller, method);
      routes.set(name, { name, access, notes: routeNotesOf(method), provided });
    }
  }
  return routes;
}

interface FoundController {
  readonly controller: ControllerClass;
  readonly provided: Route['provided'];
}

function controllersOf(app: NestFastifyApplication): FoundController[] {
  return [...app.get(ModulesContainer).values()].flatMap((module) => {
    const provided = (token: symbol): unknown => module.providers.get(token)?.instance;
    const classes = [...module.controllers.values()].map(({ metatype }) => metatype);
    return classes.flatMap((controller) => (isClass(controller) ? [{ controller, provided }] : []));
  });
}

function isClass(value: unknown): value is ControllerClass {
  return typeof value === 'function' && 'prototype' in value;
}

/** Defaults are closed: a route on which neither scopes nor `@Public()` stand stops the start. */
export function assertRoutesAreGuarded(routes: Iterable<Route>): void {
  const open = [...routes].filter((route) => route.access === null).map((route) => route.name);
  if (open.length === 0) return;
  throw new Error(`nobody said who may call ${open.join(', ')}: put @Scopes(…) or @Public() on it`);
}
