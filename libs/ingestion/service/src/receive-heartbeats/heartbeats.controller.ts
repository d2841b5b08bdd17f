import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { heartbeat, heartbeatAnswer } from '@potok/ingestion-contracts/completeness-http';
import type { HeartbeatAnswer } from '@potok/ingestion-contracts/completeness-http';
import { CurrentPrincipal, Scopes } from '@potok/platform-auth/bearer-guard';
import type { Principal } from '@potok/platform-auth/principal';
import { httpProblems, ProblemError } from '@potok/platform-http/problem';
import { AcceptsRawBody, Answers } from '@potok/platform-http/route-decorators';
import type { RawBody } from '@potok/platform-http/route-decorators';
import { z } from 'zod';
import { INGESTION_HEARTBEATS } from '../ingestion-tokens';
import type { ReceiveHeartbeatsHandler } from './receive-heartbeats.handler';

const heartbeats = z.union([heartbeat, z.array(heartbeat).max(1000)]);

@Controller('v1/ingestion/heartbeats')
export class HeartbeatsController {
  constructor(@Inject(INGESTION_HEARTBEATS) private readonly handler: ReceiveHeartbeatsHandler) {}

  /** One heartbeat or an array as `application/json`, or one a line as `application/x-ndjson`. */
  @Post()
  @HttpCode(200)
  @Scopes('documents:send')
  @AcceptsRawBody(heartbeats)
  @Answers({
    status: 200,
    description: 'What was noted, and the numbers that are to be sent again',
    schema: heartbeatAnswer,
  })
  receive(@Body() body: RawBody, @CurrentPrincipal() principal: Principal): Promise<HeartbeatAnswer> {
    if (principal.kind !== 'device') {
      throw new ProblemError(httpProblems.forbidden, { detail: 'heartbeats are sent by devices: enrol one' });
    }
    return this.handler.receive(body, principal.id);
  }
}
