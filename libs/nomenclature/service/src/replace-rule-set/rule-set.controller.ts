import { Controller, Get, HttpCode, Inject, Put } from '@nestjs/common';
import { replaceRuleSet, ruleSetAnswer, ruleSetOverview } from '@potok/nomenclature-contracts/rule-set';
import type { ReplaceRuleSet, RuleSetAnswer } from '@potok/nomenclature-contracts/rule-set';
import { DEFAULT_RULE_SET } from '@potok/nomenclature-domain/default-rule-set';
import { CurrentPrincipal, Scopes } from '@potok/platform-auth/bearer-guard';
import type { Principal } from '@potok/platform-auth/principal';
import { ProblemError } from '@potok/platform-http/problem';
import { Answers, AnswersProblems } from '@potok/platform-http/route-decorators';
import { ZodBody } from '@potok/platform-http/zod-input';
import { nomenclatureProblems } from '../nomenclature-problems';
import { NOMENCLATURE_RULES } from '../nomenclature-tokens';
import type { ReplaceRuleSetHandler } from './replace-rule-set.handler';

/** The rules that decide what a line does to the stock and how it counts. */
@Controller('v1/nomenclature/rule-set')
@Scopes('nomenclature:write')
export class RuleSetController {
  constructor(@Inject(NOMENCLATURE_RULES) private readonly handler: ReplaceRuleSetHandler) {}

  @Get()
  @Scopes('nomenclature:read')
  @Answers({
    status: 200,
    description: 'The rules in force, and those of this release',
    schema: ruleSetOverview,
  })
  async show() {
    return { inForce: await this.handler.inForce(), shipped: DEFAULT_RULE_SET };
  }

  @Put()
  @HttpCode(200)
  @Answers({
    status: 200,
    description: 'What the new rules change, tried on the latest receipts; in force unless it was a dry run',
    schema: ruleSetAnswer,
  })
  @AnswersProblems(nomenclatureProblems.ruleSetChanged)
  async replace(
    @ZodBody(replaceRuleSet) body: ReplaceRuleSet,
    @CurrentPrincipal() { id }: Principal,
  ): Promise<RuleSetAnswer> {
    const answer = await this.handler.handle(body, id);
    if (answer.ok) return answer.value;
    const detail = `version ${String(answer.error.version)} is in force`;
    throw new ProblemError(nomenclatureProblems.ruleSetChanged, { detail });
  }
}
