import { Controller, Get, HttpCode, Inject, Post, Put } from '@nestjs/common';
import { legalEntityV1 } from '@potok/organisation-contracts/legal-entity.v1';
import type { LegalEntityV1 } from '@potok/organisation-contracts/legal-entity.v1';
import * as http from '@potok/organisation-contracts/organisation-http';
import { registerV1 } from '@potok/organisation-contracts/register.v1';
import type { RegisterV1 } from '@potok/organisation-contracts/register.v1';
import { registrationV1 } from '@potok/organisation-contracts/registration.v1';
import type { RegistrationV1 } from '@potok/organisation-contracts/registration.v1';
import { storeV1 } from '@potok/organisation-contracts/store.v1';
import type { StoreV1 } from '@potok/organisation-contracts/store.v1';
import { Scopes } from '@potok/platform-auth/bearer-guard';
import { Answers, AnswersProblems } from '@potok/platform-http/route-decorators';
import { ZodBody, ZodParams } from '@potok/platform-http/zod-input';
import { legalEntityId, registerId, storeId } from '@potok/retail/fields';
import { z } from 'zod';
import {
  ORGANISATION_LEGAL_ENTITIES,
  ORGANISATION_REGISTERS,
  ORGANISATION_REGISTRATIONS,
  ORGANISATION_STORES,
} from '../organisation-tokens';
import type { LegalEntityHandler } from './legal-entity.handler';
import { organisationProblems as problems } from './organisation-problems';
import type { RegisterHandler } from './register.handler';
import type { RegistrationHandler } from './registration.handler';
import type { StoreHandler } from './store.handler';

const legalEntityPath = z.object({ legalEntityId });
const storePath = z.object({ storeId });
const registerPath = z.object({ registerId });

/** The organisation's rows as people and installers keep them: PUT is idempotent, ids are never reused. */
@Controller('v1/organisation')
@Scopes('organisation:write')
export class OrganisationController {
  constructor(
    @Inject(ORGANISATION_LEGAL_ENTITIES) private readonly legalEntities: LegalEntityHandler,
    @Inject(ORGANISATION_STORES) private readonly stores: StoreHandler,
    @Inject(ORGANISATION_REGISTERS) private readonly registers: RegisterHandler,
    @Inject(ORGANISATION_REGISTRATIONS) private readonly registrations: RegistrationHandler,
  ) {}

  @Put('legal-entities/:legalEntityId')
  @Answers({ status: 200, description: 'The legal entity as it is now', schema: legalEntityV1.schema })
  putLegalEntity(
    @ZodParams(legalEntityPath) path: z.output<typeof legalEntityPath>,
    @ZodBody(http.putLegalEntity) body: http.PutLegalEntity,
  ): Promise<LegalEntityV1> {
    return this.legalEntities.put(path.legalEntityId, body);
  }

  @Get('legal-entities')
  @Answers({ status: 200, description: 'All of them', schema: z.array(legalEntityV1.schema) })
  listLegalEntities(): Promise<readonly LegalEntityV1[]> {
    return this.legalEntities.list();
  }

  @Put('stores/:storeId')
  @Answers({ status: 200, description: 'The store as it is now', schema: storeV1.schema })
  @AnswersProblems(
    problems.legalEntityUnknown,
    problems.timeZoneUnknown,
    problems.locationElsewhere,
    problems.locationUnknown,
  )
  putStore(
    @ZodParams(storePath) path: z.output<typeof storePath>,
    @ZodBody(http.putStore) body: http.PutStore,
  ): Promise<StoreV1> {
    return this.stores.put(path.storeId, body);
  }

  @Get('stores')
  @Answers({ status: 200, description: 'All of them', schema: z.array(storeV1.schema) })
  listStores(): Promise<readonly StoreV1[]> {
    return this.stores.list();
  }

  @Put('registers/:registerId')
  @Answers({ status: 200, description: 'The register as it is now', schema: registerV1.schema })
  @AnswersProblems(problems.storeUnknown, problems.storeFixed, problems.locationUnknown)
  putRegister(
    @ZodParams(registerPath) path: z.output<typeof registerPath>,
    @ZodBody(http.putRegister) body: http.PutRegister,
  ): Promise<RegisterV1> {
    return this.registers.put(path.registerId, body);
  }

  @Get('registers')
  @Answers({ status: 200, description: 'All of them', schema: z.array(registerV1.schema) })
  listRegisters(): Promise<readonly RegisterV1[]> {
    return this.registers.list();
  }

  /** Held documents of the series follow by themselves. */
  @Post('registrations')
  @HttpCode(200)
  @Answers({ status: 200, description: 'The registration as it is now', schema: registrationV1.schema })
  @AnswersProblems(problems.registerUnknown, problems.rangeOverlaps)
  postRegistration(@ZodBody(http.postRegistration) body: http.PostRegistration): Promise<RegistrationV1> {
    return this.registrations.post(body);
  }

  @Get('registrations')
  @Answers({ status: 200, description: 'All of them', schema: z.array(registrationV1.schema) })
  listRegistrations(): Promise<readonly RegistrationV1[]> {
    return this.registrations.list();
  }
}
