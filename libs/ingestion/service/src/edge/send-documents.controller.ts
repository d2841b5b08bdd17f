import { Body, Controller, Headers, HttpCode, Inject, Post, Res } from '@nestjs/common';
import { sendAnswer } from '@potok/ingestion-contracts/ingestion-http';
import type { SendAnswer } from '@potok/ingestion-contracts/ingestion-http';
import { registerDocument } from '@potok/ingestion-contracts/register-document';
import { CurrentPrincipal, Scopes } from '@potok/platform-auth/bearer-guard';
import type { Principal } from '@potok/platform-auth/principal';
import { httpProblems, ProblemError } from '@potok/platform-http/problem';
import { AcceptsRawBody, Answers, AnswersProblems } from '@potok/platform-http/route-decorators';
import type { RawBody } from '@potok/platform-http/route-decorators';
import { ZodQuery } from '@potok/platform-http/zod-input';
import { traceparentOfRequest } from '@potok/platform-telemetry/traceparent';
import { z } from 'zod';
import { INGESTION_EDGE } from '../ingestion-tokens';
import type { Edge } from './edge';
import { edgeProblems } from './edge-problems';

/** Open: no receipt is refused for what else a sender writes behind the address. */
const sendQuery = z.looseObject({
  answers: z.enum(['all', 'exceptions']).default('exceptions').describe('`all` answers every line'),
});

interface Reply {
  header(name: string, value: string): unknown;
}

@Controller('v1/ingestion/documents')
export class SendDocumentsController {
  constructor(@Inject(INGESTION_EDGE) private readonly edge: Edge) {}

  /** One document as `application/json`, or many as `application/x-ndjson`, one a line; gzip is welcome. */
  @Post()
  @HttpCode(200)
  @Scopes('documents:send')
  @AcceptsRawBody(registerDocument)
  @Answers({
    status: 200,
    description: 'What became of each line, once the broker has them',
    schema: sendAnswer,
  })
  @AnswersProblems(edgeProblems.overloaded, edgeProblems.senderBusy, edgeProblems.brokerUnavailable)
  async send(
    @Body() body: RawBody,
    @ZodQuery(sendQuery) query: z.output<typeof sendQuery>,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: Reply,
    @Headers('traceparent') traceparent?: string,
  ): Promise<SendAnswer> {
    if (principal.kind !== 'device') {
      throw new ProblemError(httpProblems.forbidden, { detail: 'documents are sent by devices: enrol one' });
    }
    const answer = await this.edge.receive(body, {
      credentialId: principal.id,
      answerAll: query.answers === 'all',
      traceparent: traceparentOfRequest(traceparent),
    });
    if (answer.retry > 0) reply.header('retry-after', String(this.edge.retryAfterS));
    return answer;
  }
}
