import { Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { Scopes } from '@potok/platform-auth/bearer-guard';
import type { Principal } from '@potok/platform-auth/principal';
import { ProblemError } from '@potok/platform-http/problem';
import { Answers, AnswersProblems } from '@potok/platform-http/route-decorators';
import { ZodBody, ZodParams } from '@potok/platform-http/zod-input';
import { requestRepublish } from '@potok/platform-publication/republish';
import type { QuarantineRow } from '@potok/platform-quarantine/quarantine';
import { z } from 'zod';
import { operationsProblems } from './operations-problems';
import type { Dismiss } from './quarantine-entries';
import { readServiceStatus } from './service-status';
import type { ServiceRuntime } from './service-runtime';

const republishBody = z.object({
  topic: z.string().max(200),
  streamKey: z.string().max(100).describe('The store'),
  fromSeq: z
    .int()
    .min(1)
    .describe('The sequence that a consumer waits for: everything from it on is sent again'),
});
type RepublishBody = z.infer<typeof republishBody>;

const consumerParams = z.object({ consumer: z.string().max(200) });
type ConsumerParams = z.infer<typeof consumerParams>;

const seekBody = z.object({
  partition: z.int().min(0),
  to: z
    .union([z.enum(['earliest', 'end']), z.int().min(0)])
    .describe('An offset, or an end of the log: `earliest` accepts the loss of what was deleted'),
});
type SeekBody = z.infer<typeof seekBody>;

const anything = z.looseObject({});

/** Drives a quarantined input again by its owner; null when it is not the owner's. */
export type Redrive = (row: QuarantineRow, principal: Principal) => Promise<object | null>;

/**
 * The operator's routes of one service under `/v1/<service>`: where it stands, and requests to go on from another
 * position or to publish a stream anew. Each service gets a class of its own.
 */
export function createOperationsController(service: string, token: symbol): Type {
  @Controller(`v1/${service}`)
  @Scopes('operations')
  class OperationsController {
    constructor(@Inject(token) private readonly operations: Operations) {}

    @Get('status')
    @Answers({ status: 200, description: 'Lag, backlog and halts over all replicas', schema: anything })
    async status() {
      const { runtime } = this.operations;
      const paused = { pausedPartitions: pausedPartitions(runtime) };
      return { ...(await readServiceStatus(runtime)), ...paused, ...(await this.operations.details()) };
    }

    @Post('consumers/:consumer/seek')
    @HttpCode(200)
    @AnswersProblems(operationsProblems.consumerUnknown, operationsProblems.positionOutsideLog)
    @Answers({ status: 200, description: 'The position from which it goes on', schema: anything })
    seek(@ZodParams(consumerParams) params: ConsumerParams, @ZodBody(seekBody) body: SeekBody) {
      return seekConsumer(this.operations.runtime, params.consumer, body);
    }

    @Post('republish')
    @HttpCode(202)
    @AnswersProblems(operationsProblems.streamUnknown, operationsProblems.eventsGone)
    @Answers({
      status: 202,
      description: 'Noted: the relay sends the events again before new ones',
      schema: anything,
    })
    async republish(@ZodBody(republishBody) body: RepublishBody) {
      const answer = await requestRepublish(this.operations.runtime.database, body);
      if (answer.result === 'gone') {
        const detail = `kept from sequence ${String(answer.keptFrom)} on`;
        throw new ProblemError(operationsProblems.eventsGone, { detail });
      }
      if (answer.result === 'unknown') throw new ProblemError(operationsProblems.streamUnknown);
      return { ...body, requested: true };
    }
  }
  Object.defineProperty(OperationsController, 'name', { value: `${service.replaceAll('-', '')}Operations` });
  return OperationsController;
}

/** What the routes need of a service. */
export interface Operations {
  readonly runtime: ServiceRuntime;
  /** Members of the status that only this service has. */
  details(): Promise<object>;
  readonly redrive: Redrive;
  /** Of entries that are not a consumer's. */
  readonly dismiss?: Dismiss;
}

async function seekConsumer(runtime: ServiceRuntime, consumer: string, { partition, to }: SeekBody) {
  const index = runtime.definitions.findIndex(({ name }) => name === consumer);
  const definition = runtime.definitions[index];
  const runner = runtime.runners[index];
  if (definition === undefined || runner === undefined) {
    throw new ProblemError(operationsProblems.consumerUnknown, { detail: consumer });
  }
  const topic = definition.topic.name;
  const bounds = (await runtime.admin.bounds(topic)).get(partition);
  if (bounds === undefined) {
    throw new ProblemError(operationsProblems.consumerUnknown, { detail: `${topic} ${String(partition)}` });
  }
  if (typeof to === 'number' && (to < bounds.earliest || to > bounds.end)) {
    const detail = `the log is ${String(bounds.earliest)} to ${String(bounds.end)}`;
    throw new ProblemError(operationsProblems.positionOutsideLog, { detail });
  }
  return { consumer, topic, partition, position: await runner.seekTo({ partition, to }) };
}

/** Of this process alone: other replicas know of theirs. */
function pausedPartitions(runtime: ServiceRuntime) {
  return runtime.runners.flatMap((runner) => {
    const { consumer, topic, partitions } = runner.status();
    return partitions
      .filter(({ paused }) => paused !== null)
      .map(({ partition, position, paused }) => ({ consumer, topic, partition, position, reason: paused }));
  });
}
