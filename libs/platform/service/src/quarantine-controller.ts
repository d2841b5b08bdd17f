import { Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { CurrentPrincipal, Scopes } from '@potok/platform-auth/bearer-guard';
import type { Principal } from '@potok/platform-auth/principal';
import { Answers, AnswersProblems } from '@potok/platform-http/route-decorators';
import { queryInteger, ZodBody, ZodParams, ZodQuery } from '@potok/platform-http/zod-input';
import { z } from 'zod';
import type { Operations } from './operations-controller';
import { operationsProblems } from './operations-problems';
import * as entries from './quarantine-entries';

const entryParams = z.object({ entryId: queryInteger(1, Number.MAX_SAFE_INTEGER) });
type EntryParams = z.infer<typeof entryParams>;

const anything = z.looseObject({});

/**
 * The quarantine of one service under `/v1/<service>/quarantine`: what could not be applied, to be driven again or set
 * aside. Each service gets a class of its own. `consequences` = what setting aside an input of its own comes to.
 */
export function createQuarantineController(
  service: string,
  token: symbol,
  consequences: entries.Consequences = {},
): Type {
  @Controller(`v1/${service}/quarantine`)
  @Scopes('operations')
  class QuarantineController {
    constructor(@Inject(token) private readonly operations: Operations) {}

    @Get()
    @Answers({ status: 200, description: 'Entries, newest first', schema: entries.entryList })
    list(@ZodQuery(entries.entryQuery) query: entries.EntryQuery) {
      return entries.listEntries(this.operations.runtime, query);
    }

    @Get(':entryId')
    @AnswersProblems(operationsProblems.quarantineEntryUnknown)
    @Answers({ status: 200, description: 'The entry; its bytes in base64', schema: entries.wholeEntry })
    show(@ZodParams(entryParams) params: EntryParams) {
      return entries.showEntry(this.operations.runtime, params.entryId);
    }

    @Post(':entryId/redrive')
    @HttpCode(200)
    @AnswersProblems(operationsProblems.quarantineEntryUnknown, operationsProblems.quarantineEntryClosed)
    @Answers({ status: 200, description: 'What became of it', schema: anything })
    async redrive(@ZodParams(entryParams) params: EntryParams, @CurrentPrincipal() principal: Principal) {
      const { runtime } = this.operations;
      const row = await entries.openEntry(runtime, params.entryId);
      return (
        (await this.operations.redrive(row, principal)) ?? entries.redriveByRunner(runtime, row, principal)
      );
    }

    /** For what can never be used. Nothing is applied, and nobody is reminded of it any more. */
    @Post(':entryId/dismiss')
    @HttpCode(200)
    @AnswersProblems(
      operationsProblems.quarantineEntryUnknown,
      operationsProblems.quarantineEntryClosed,
      operationsProblems.quarantineEntryDecidedElsewhere,
    )
    @Answers({
      status: 200,
      description: 'Set aside, and what that means',
      schema: entries.entryDismissed(consequences),
    })
    dismiss(
      @ZodParams(entryParams) params: EntryParams,
      @ZodBody(entries.postDismissal) { reason }: entries.PostDismissal,
      @CurrentPrincipal() principal: Principal,
    ) {
      const { runtime, dismiss } = this.operations;
      const dismissal = { entryId: params.entryId, by: principal.id, reason };
      return entries.dismissEntry(runtime, dismissal, dismiss);
    }
  }
  Object.defineProperty(QuarantineController, 'name', { value: `${service.replaceAll('-', '')}Quarantine` });
  return QuarantineController;
}
