import { Controller, HttpCode, Inject, Post } from '@nestjs/common';
import {
  erasureAnswer,
  personSearchAnswer,
  postErasure,
  postPersonSearch,
} from '@potok/ingestion-contracts/privacy-http';
import type {
  ErasureAnswer,
  PersonSearchAnswer,
  PostErasure,
  PostPersonSearch,
} from '@potok/ingestion-contracts/privacy-http';
import { inboxTopic } from '@potok/ingestion-contracts/topics';
import { scrubText } from '@potok/ingestion-domain/text-scrub';
import { toInstant } from '@potok/kernel/clock';
import type { Clock } from '@potok/kernel/clock';
import { CurrentPrincipal, Scopes } from '@potok/platform-auth/bearer-guard';
import type { Principal } from '@potok/platform-auth/principal';
import { Answers } from '@potok/platform-http/route-decorators';
import { ZodBody } from '@potok/platform-http/zod-input';
import { INGESTION_CLOCK, INGESTION_ERASE_PERSON } from '../ingestion-tokens';
import type { ErasePersonHandler } from './erase-person.handler';

@Controller('v1/ingestion/persons')
@Scopes('privacy:erase')
export class PrivacyController {
  constructor(
    @Inject(INGESTION_ERASE_PERSON) private readonly erasing: ErasePersonHandler,
    @Inject(INGESTION_CLOCK) private readonly clock: Clock,
  ) {}

  /** Personal data included: who asked is on record. */
  @Post('find')
  @HttpCode(200)
  @Answers({ status: 200, description: 'Everybody whom the text names', schema: personSearchAnswer })
  async find(
    @ZodBody(postPersonSearch) { person, reason }: PostPersonSearch,
    @CurrentPrincipal() principal: Principal,
  ): Promise<PersonSearchAnswer> {
    const found = await this.erasing.find({ person, reason: scrubText(reason).text, by: principal.id });
    return {
      persons: found.map(({ knownSince, ...one }) => ({
        ...one,
        knownSince: toInstant(knownSince.getTime()),
      })),
    };
  }

  /** For ever: raw bytes that mention the person cannot be restored by anybody. Figures and references stay. */
  @Post('erase')
  @HttpCode(200)
  @Answers({ status: 200, description: 'Erased, now or before', schema: erasureAnswer })
  async erase(
    @ZodBody(postErasure) { person, reason, subjectNos }: PostErasure,
    @CurrentPrincipal() principal: Principal,
  ): Promise<ErasureAnswer> {
    const erasure = await this.erasing.erase({
      person,
      reason: scrubText(reason).text,
      by: principal.id,
      subjectNos: subjectNos ?? null,
    });
    const inboxFreeAt = toInstant(this.clock.nowMs() + inboxTopic.retentionMs);
    return { ...erasure, subjectNos: [...erasure.subjectNos], inboxFreeAt };
  }
}
