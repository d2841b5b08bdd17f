import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { Scopes } from '@potok/platform-auth/bearer-guard';
import { Answers, AnswersProblems } from '@potok/platform-http/route-decorators';
import { ZodQuery } from '@potok/platform-http/zod-input';
import { z } from 'zod';
import { diagnoseService } from './diagnose-service';
import type { Operations } from './operations-controller';
import {
  appliedAnswer,
  readApplied,
  readStoredEvents,
  readStreams,
  storedEventsProblems,
  storedEventsQuery,
  streamsAnswer,
  topicQuery,
} from './stored-events';
import type { StoredEventsQuery, TopicQuery } from './stored-events';

const anything = z.looseObject({});

/** Of the framework's reply. */
interface HeaderReply {
  header(name: string, value: string): unknown;
}

/** What the doctor and the proof ask of one service, under `/v1/<service>`. Each service gets a class of its own. */
export function createInspectionController(service: string, token: symbol): Type {
  @Controller(`v1/${service}`)
  @Scopes('operations')
  class InspectionController {
    constructor(@Inject(token) private readonly operations: Operations) {}

    @Get('diagnosis')
    @Answers({
      status: 200,
      description: 'Checks, each with what to do when it is not well',
      schema: anything,
    })
    async diagnosis() {
      const { runtime } = this.operations;
      return { service: runtime.parts.name, checks: await diagnoseService(runtime) };
    }

    @Get('streams')
    @Answers({ status: 200, description: 'Heads of the streams that it has numbered', schema: streamsAnswer })
    streams(@ZodQuery(topicQuery) query: TopicQuery) {
      return readStreams(this.operations.runtime, query);
    }

    @Get('applied')
    @Answers({
      status: 200,
      description: 'How far it has applied the streams of a topic',
      schema: appliedAnswer,
    })
    applied(@ZodQuery(topicQuery) query: TopicQuery) {
      return readApplied(this.operations.runtime, query);
    }

    @Get('stored-events')
    @Header('content-type', 'application/x-ndjson')
    @AnswersProblems(storedEventsProblems.topicNotOwned)
    @Answers({
      status: 200,
      description:
        'Events of a stream as its tables hold them; the header potok-next-seq names the next page',
      mediaType: 'application/x-ndjson',
      schema: anything,
    })
    async storedEvents(
      @ZodQuery(storedEventsQuery) query: StoredEventsQuery,
      @Res({ passthrough: true }) reply: HeaderReply,
    ) {
      const { body, nextSeq } = await readStoredEvents(this.operations.runtime, query);
      if (nextSeq !== null) void reply.header('potok-next-seq', String(nextSeq));
      return body;
    }
  }
  const name = `${service.replaceAll('-', '')}Inspection`;
  Object.defineProperty(InspectionController, 'name', { value: name });
  return InspectionController;
}
