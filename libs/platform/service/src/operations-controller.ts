import { Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { CurrentPrincipal, Scopes } from '@potok/platform-auth/bearer-guard';
import type { Principal } from '@potok/platform-auth/principal';
import { declareProblems, ProblemError } from '@potok/platform-http/problem';
import { Answers, AnswersProblems } from '@potok/platform-http/route-decorators';
import { queryInteger, ZodBody, ZodParams, ZodQuery } from '@potok/platform-http/zod-input';
import { requestRepublish } from '@potok/platform-publication/republish';
import type { QuarantineRow, QuarantineRowWithBytes } from '@potok/platform-quarantine/quarantine';
import { z } from 'zod';
import { readServiceStatus } from './service-status';
import type { ServiceRuntime } from './service-runtime';

export const operationsProblems = declareProblems({
  quarantineEntryUnknown: {
    status: 404,
    title: 'There is no such quarantine entry',
    remedy: 'List the entries of this service: GET …/quarantine.',
  },
  streamUnknown: {
    status: 404,
    title: 'This service publishes no such stream, or it does not reach that sequence',
    remedy:
      'Name a topic that the service owns, a store that has events on it, and a sequence up to its head.',
  },
  eventsGone: {
    status: 410,
    title: 'Events of the stream from that sequence on were deleted after their time',
    remedy:
      'They can be sent again from the sequence that is named; for earlier ones restore a backup of the service that owns them.',
  },
  consumerUnknown: {
    status: 404,
    title: 'This service has no such consumer, or its topic no such partition',
    remedy: 'Read the status of this service: it names its consumers.',
  },
  positionOutsideLog: {
    status: 409,
    title: 'The position is outside of the log',
    remedy: 'Name an offset between the earliest one and the end, or `earliest` or `end`.',
  },
  quarantineEntryClosed: {
    status: 409,
    title: 'The entry is not open any more',
    remedy: 'Read the entry: it says who closed it and how.',
  },
});

const listQuery = z.object({
  state: z.enum(['open', 'redriven', 'dismissed']).optional(),
  reason: z.string().max(60).optional(),
  source: z.string().max(100).optional(),
  subjectKey: z.string().max(200).optional(),
  before: queryInteger(1, Number.MAX_SAFE_INTEGER)
    .optional()
    .describe('Entries older than this id: the next page'),
  limit: queryInteger(1, 1000).default(100),
});
type ListQuery = z.infer<typeof listQuery>;

const entryParams = z.object({ entryId: queryInteger(1, Number.MAX_SAFE_INTEGER) });
type EntryParams = z.infer<typeof entryParams>;

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
 * The operator's routes of one service under `/v1/<service>`: where it stands, its quarantine, re-drive, and the
 * request to publish a stream anew. Each service gets a class of its own.
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

    @Get('quarantine')
    @Answers({ status: 200, description: 'Entries, newest first', schema: anything })
    list(@ZodQuery(listQuery) query: ListQuery) {
      return listEntries(this.operations.runtime, query);
    }

    @Get('quarantine/:entryId')
    @AnswersProblems(operationsProblems.quarantineEntryUnknown)
    @Answers({ status: 200, description: 'The entry; its bytes in base64', schema: anything })
    async show(@ZodParams(entryParams) params: EntryParams) {
      const row = await findEntry(this.operations.runtime, params.entryId);
      return { ...viewOf(row), bytes: row.bytes?.toString('base64') ?? null, bytesErased: row.bytesErased };
    }

    @Post('quarantine/:entryId/redrive')
    @HttpCode(200)
    @AnswersProblems(operationsProblems.quarantineEntryUnknown, operationsProblems.quarantineEntryClosed)
    @Answers({ status: 200, description: 'What became of it', schema: anything })
    async redrive(@ZodParams(entryParams) params: EntryParams, @CurrentPrincipal() principal: Principal) {
      const { runtime } = this.operations;
      const row = await findEntry(runtime, params.entryId);
      if (row.state !== 'open') throw new ProblemError(operationsProblems.quarantineEntryClosed);
      return (await this.operations.redrive(row, principal)) ?? redriveByRunner(runtime, row, principal);
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
}

async function redriveByRunner(runtime: ServiceRuntime, row: QuarantineRow, principal: Principal) {
  const index = runtime.definitions.findIndex((definition) => definition.name === row.source);
  const runner = runtime.runners[index];
  if (runner === undefined) throw new ProblemError(operationsProblems.quarantineEntryUnknown);
  return { results: await runner.redrive([row.id], principal.id) };
}

async function listEntries({ quarantine, database }: ServiceRuntime, query: ListQuery) {
  const { before, limit, ...filter } = query;
  const rows = await quarantine.list(database, {
    ...withoutUndefined(filter),
    ...(before === undefined ? {} : { beforeId: before }),
    limit,
  });
  return { entries: rows.map(viewOf), next: rows.length === limit ? (rows.at(-1)?.id ?? null) : null };
}

async function findEntry(runtime: ServiceRuntime, entryId: number): Promise<QuarantineRowWithBytes> {
  const row = await runtime.quarantine.get(runtime.database, entryId);
  if (row === null) throw new ProblemError(operationsProblems.quarantineEntryUnknown);
  return row;
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

function viewOf(row: QuarantineRow) {
  const { id, byteCount, seenCount, firstSeenAt, lastSeenAt, ...rest } = row;
  return {
    ...rest,
    entryId: String(id),
    byteLength: byteCount ?? 0,
    count: seenCount,
    firstSeenAt: firstSeenAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
  };
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
