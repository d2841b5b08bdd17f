import { applyDecorators, createParamDecorator, Inject, Injectable, UseGuards } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { httpProblems, ProblemError } from '@potok/platform-http/problem';
import { routeAccessOf, setRouteAccess } from '@potok/platform-http/route-metadata';
import type { RouteAccess } from '@potok/platform-http/route-metadata';
import { hasScope, maySeeStore } from './principal';
import type { Principal, TokenVerifier } from './principal';

/** Every module with guarded routes provides its own `TokenVerifier` under this token. */
export const TOKEN_VERIFIER = Symbol('TokenVerifier');

const BEARER = /^Bearer +(\S+)$/i;
const CHALLENGE = { 'www-authenticate': 'Bearer realm="potok"' };

interface GuardedRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  principal?: Principal;
}

/** Lets in who has one of the route's scopes, and puts the principal on the request. */
@Injectable()
export class BearerGuard implements CanActivate {
  constructor(@Inject(TOKEN_VERIFIER) private readonly verifier: TokenVerifier) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = routeAccessOf(context.getClass(), context.getHandler());
    if (access === 'public') return true;
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    request.principal ??= await authenticate(this.verifier, request);
    authorise(request.principal, access);
    return true;
  }
}

async function authenticate(verifier: TokenVerifier, request: GuardedRequest): Promise<Principal> {
  const header = request.headers['authorization'];
  const token = typeof header === 'string' ? BEARER.exec(header)?.[1] : undefined;
  const principal = token === undefined ? null : await verifier.verify(token);
  if (principal === null) throw new ProblemError(httpProblems.unauthenticated, { headers: CHALLENGE });
  return principal;
}

/** For `createHttpApp`: the guard's question, asked before the body is read, of the verifier of the route's module. */
export async function checkBearer(
  route: { readonly access: RouteAccess | null; provided(token: symbol): unknown },
  request: object,
): Promise<void> {
  const verifier = route.provided(TOKEN_VERIFIER);
  if (!isVerifier(verifier)) return;
  const guarded = request as GuardedRequest;
  guarded.principal = await authenticate(verifier, guarded);
  authorise(guarded.principal, route.access);
}

function isVerifier(value: unknown): value is TokenVerifier {
  return typeof value === 'object' && value !== null && 'verify' in value;
}

function authorise(principal: Principal, access: RouteAccess | null): void {
  if (access === null || access === 'public') throw new ProblemError(httpProblems.forbidden);
  if (access.length === 0 || access.some((scope) => hasScope(principal, scope))) return;
  throw new ProblemError(httpProblems.forbidden, { detail: `needs the scope ${access.join(' or ')}` });
}

/**
 * Guards a controller or a method: the caller needs one of the scopes; without any, a known caller is enough. A
 * method's own decorator goes before its controller's.
 */
export function Scopes(...scopes: string[]): ClassDecorator & MethodDecorator {
  return applyDecorators(accessDecorator(scopes), UseGuards(BearerGuard));
}

/** Open to anyone, said on purpose: a route without this and without `@Scopes` stops the start. */
export function Public(): ClassDecorator & MethodDecorator {
  return accessDecorator('public');
}

function accessDecorator(access: RouteAccess): ClassDecorator & MethodDecorator {
  return (target: object, _key?: string | symbol, descriptor?: { value?: unknown }) => {
    const decorated = descriptor?.value ?? target;
    if (typeof decorated === 'function') setRouteAccess(decorated, access);
  };
}

/** Who calls: a parameter of a guarded route. */
export const CurrentPrincipal = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Principal => {
    const { principal } = context.switchToHttp().getRequest<GuardedRequest>();
    if (principal === undefined) throw new ProblemError(httpProblems.unauthenticated, { headers: CHALLENGE });
    return principal;
  },
);

/** Refuses with `forbidden` when the principal has nothing to do with the store. */
export function assertSeesStore(principal: Principal, storeId: string): void {
  if (maySeeStore(principal, storeId)) return;
  throw new ProblemError(httpProblems.forbidden, { detail: `not for store ${storeId}` });
}
