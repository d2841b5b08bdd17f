import { Controller, Delete, Get, HttpCode, Inject, Post } from '@nestjs/common';
import * as http from '@potok/organisation-contracts/organisation-http';
import { CurrentPrincipal, Public, Scopes } from '@potok/platform-auth/bearer-guard';
import type { Principal } from '@potok/platform-auth/principal';
import { Answers, AnswersProblems } from '@potok/platform-http/route-decorators';
import { ZodBody, ZodParams } from '@potok/platform-http/zod-input';
import { z } from 'zod';
import { organisationProblems as problems } from '../keep-organisation/organisation-problems';
import { ORGANISATION_CREDENTIALS } from '../organisation-tokens';
import type { CredentialHandler, CredentialView } from './credential.handler';

const credentialPath = z.object({ credentialId: z.string().max(64) });

const credentialView = z.object({
  credentialId: z.string(),
  name: z.string(),
  scope: http.credentialScope,
  state: z.enum(['invited', 'enrolled', 'expired', 'revoked']),
  createdAt: z.string(),
});

/** Devices: a person invites one, it exchanges the one-time code for a token, a person may revoke it. */
@Controller('v1/organisation/credentials')
@Scopes('organisation:write')
export class CredentialsController {
  constructor(@Inject(ORGANISATION_CREDENTIALS) private readonly credentials: CredentialHandler) {}

  @Post()
  @HttpCode(201)
  @Answers({ status: 201, description: 'The one-time code, shown this once', schema: http.enrolmentCreated })
  invite(
    @ZodBody(http.postEnrolment) body: http.PostEnrolment,
    @CurrentPrincipal() principal: Principal,
  ): Promise<z.output<typeof http.enrolmentCreated>> {
    return this.credentials.invite(body, principal.id);
  }

  @Get()
  @Answers({
    status: 200,
    description: 'All of them, without codes and tokens',
    schema: z.array(credentialView),
  })
  list(): Promise<readonly CredentialView[]> {
    return this.credentials.list();
  }

  /** Called by the device: the code is its only credential until then. */
  @Post('token')
  @HttpCode(201)
  @Public()
  @Answers({ status: 201, description: 'The token, shown this once', schema: http.tokenIssued })
  @AnswersProblems(problems.enrolmentInvalid)
  enrol(
    @ZodBody(http.postToken) body: z.output<typeof http.postToken>,
  ): Promise<z.output<typeof http.tokenIssued>> {
    return this.credentials.enrol(body.enrolmentCode);
  }

  /** Effective within seconds. */
  @Delete(':credentialId')
  @Answers({ status: 200, description: 'The credential, revoked', schema: credentialView })
  @AnswersProblems(problems.notFound)
  revoke(@ZodParams(credentialPath) path: z.output<typeof credentialPath>): Promise<CredentialView> {
    return this.credentials.revoke(path.credentialId);
  }
}
