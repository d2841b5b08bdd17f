import { Controller, Get, Module, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { parseConfig } from '@potok/platform-config/load-config';
import { createHttpApp, listen } from '@potok/platform-http/create-http-app';
import { HealthRegistry } from '@potok/platform-http/health';
import { httpConfigFields } from '@potok/platform-http/http-config';
import { ShutdownSequence } from '@potok/platform-http/shutdown-sequence';
import { SilentLogger } from '@potok/platform-telemetry/logger';
import { z } from 'zod';
import {
  assertSeesStore,
  checkBearer,
  CurrentPrincipal,
  Public,
  Scopes,
  TOKEN_VERIFIER,
} from './bearer-guard';
import type { Principal, TokenVerifier } from './principal';

const person = (scopes: string[], stores: '*' | string[] = '*'): Principal => ({
  id: scopes.join(),
  kind: 'person',
  scopes,
  stores,
  registers: '*',
});

/** Every service knows its own callers. */
class Verifier implements TokenVerifier {
  constructor(private readonly known: Readonly<Record<string, Principal>>) {}

  verify(token: string): Promise<Principal | null> {
    return Promise.resolve(this.known[token] ?? null);
  }
}

@Controller('parcels')
@Scopes('parcels:read')
class ParcelController {
  @Get()
  read(@CurrentPrincipal() principal: Principal): object {
    assertSeesStore(principal, 's-1');
    return { id: principal.id };
  }

  @Post()
  @Scopes('parcels:write')
  write(@CurrentPrincipal() principal: Principal): object {
    return { id: principal.id };
  }

  @Get('known')
  @Scopes()
  known(): object {
    return {};
  }

  @Get('open')
  @Public()
  open(): object {
    return {};
  }
}

@Controller('letters')
@Scopes('letters:read')
class LetterController {
  @Get()
  read(): object {
    return {};
  }
}

const parcels = new Verifier({
  reader: person(['parcels:read']),
  stranger: person(['parcels:read'], ['s-2']),
  admin: person(['*']),
});
const letters = new Verifier({ postman: person(['letters:read']) });

@Module({ controllers: [ParcelController], providers: [{ provide: TOKEN_VERIFIER, useValue: parcels }] })
class ParcelModule {}

@Module({ controllers: [LetterController], providers: [{ provide: TOKEN_VERIFIER, useValue: letters }] })
class LetterModule {}

@Module({ imports: [ParcelModule, LetterModule] })
class AppModule {}

describe('BearerGuard', () => {
  let app: NestFastifyApplication;
  let address: string;

  beforeAll(async () => {
    const parsed = parseConfig(z.object(httpConfigFields), {});
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
    const logger = new SilentLogger();
    app = await createHttpApp(AppModule, {
      config: parsed.value,
      logger,
      health: new HealthRegistry(),
      shutdown: new ShutdownSequence({ logger, timeoutMs: 1_000 }),
      metricsText: () => Promise.resolve(''),
      checkHeaders: checkBearer,
      openApi: { title: 'Test', description: 'Test', version: '1' },
    });
    address = await listen(app, parsed.value);
  });
  afterAll(() => app.close());

  async function call(
    path: string,
    authorization?: string,
    method = 'GET',
  ): Promise<[number, unknown, Headers]> {
    const headers = authorization === undefined ? {} : { authorization };
    const response = await fetch(`${address}${path}`, { method, headers });
    return [response.status, await response.json(), response.headers];
  }

  it.each([undefined, 'Bearer nobody', 'Basic reader', 'Bearer'])(
    'answers %p with 401',
    async (authorization) => {
      const [status, body, headers] = await call('/parcels', authorization);
      expect(status).toBe(401);
      expect(body).toMatchObject({ code: 'unauthenticated' });
      expect(headers.get('www-authenticate')).toContain('Bearer');
    },
  );

  it('puts the principal on the request of whoever has the scope, all scopes included', async () => {
    expect((await call('/parcels', 'Bearer reader'))[1]).toEqual({ id: 'parcels:read' });
    expect((await call('/parcels', 'bearer admin', 'POST'))[1]).toEqual({ id: '*' });
  });

  it("asks for the method's scope rather than its controller's, and names it", async () => {
    const [status, body] = await call('/parcels', 'Bearer reader', 'POST');
    expect(status).toBe(403);
    expect(body).toMatchObject({ code: 'forbidden', detail: 'needs the scope parcels:write' });
  });

  it('refuses a store that is not the caller’s', async () => {
    const [status, body] = await call('/parcels', 'Bearer stranger');
    expect(status).toBe(403);
    expect(body).toMatchObject({ detail: 'not for store s-1' });
  });

  it('lets any known caller in where no scope is named, and anyone where it is public', async () => {
    expect((await call('/parcels/known', 'Bearer reader'))[0]).toBe(200);
    expect((await call('/parcels/known'))[0]).toBe(401);
    expect((await call('/parcels/open'))[0]).toBe(200);
  });

  it('asks the verifier of the module that the route belongs to', async () => {
    expect((await call('/letters', 'Bearer postman'))[0]).toBe(200);
    expect((await call('/letters', 'Bearer admin'))[0]).toBe(401);
    expect((await call('/parcels', 'Bearer postman'))[0]).toBe(401);
  });
});
