import { Controller, Get, Inject } from '@nestjs/common';
import { undecidedLines, undecidedWhy, unmatchedLines } from '@potok/nomenclature-contracts/decisions-http';
import { assertSeesStore, CurrentPrincipal, Scopes } from '@potok/platform-auth/bearer-guard';
import type { Principal } from '@potok/platform-auth/principal';
import { Answers } from '@potok/platform-http/route-decorators';
import { queryInteger, ZodQuery } from '@potok/platform-http/zod-input';
import { AMOUNT_KOPECKS_MAX } from '@potok/kernel/money';
import { operation } from '@potok/retail/document/codes';
import { productId, storeId } from '@potok/retail/fields';
import { z } from 'zod';
import { NOMENCLATURE_LINES } from '../nomenclature-tokens';
import { lineKeyOf } from './lines-to-decide.query';
import type { LinesFilter, LinesToDecideQuery, Page } from './lines-to-decide.query';

const amount = queryInteger(-AMOUNT_KOPECKS_MAX, AMOUNT_KOPECKS_MAX).optional();
const common = {
  storeId: storeId.optional(),
  productId: productId.optional(),
  amountFromKopecks: amount.describe('Inclusive, of a line'),
  amountToKopecks: amount.describe('Inclusive, of a line'),
  after: z
    .string()
    .regex(/^\d{1,10}-\d{1,16}-\d{1,10}$/)
    .optional()
    .describe('`next` of the page before'),
  limit: queryInteger(1, 1000).default(100),
};
const undecidedQuery = z.object({
  ...common,
  why: undecidedWhy.optional(),
  operation: z.enum([...operation.options, 'unknown']).optional(),
});
const unmatchedQuery = z.object({
  ...common,
  kind: z.enum(['barcode', 'article', 'externalCode', 'name']).optional().describe('What the register sent'),
});
type CommonQuery = Omit<z.infer<typeof undecidedQuery>, 'why' | 'operation'>;

/** What waits for a person, line by line. */
@Controller('v1/nomenclature')
@Scopes('nomenclature:read')
export class LinesToDecideController {
  constructor(@Inject(NOMENCLATURE_LINES) private readonly lines: LinesToDecideQuery) {}

  @Get('undecided-lines')
  @Answers({ status: 200, description: 'Lines whose effect a person decides', schema: undecidedLines })
  undecided(
    @ZodQuery(undecidedQuery) query: z.infer<typeof undecidedQuery>,
    @CurrentPrincipal() principal: Principal,
  ) {
    const { why, operation: asked } = query;
    const filter = { ...filterOf(query, principal), why: why ?? null, operation: asked ?? null };
    return this.lines.undecided(filter, pageOf(query));
  }

  @Get('unmatched-lines')
  @Answers({ status: 200, description: 'Lines that no product explains', schema: unmatchedLines })
  unmatched(
    @ZodQuery(unmatchedQuery) query: z.infer<typeof unmatchedQuery>,
    @CurrentPrincipal() principal: Principal,
  ) {
    return this.lines.unmatched({ ...filterOf(query, principal), kind: query.kind ?? null }, pageOf(query));
  }
}

function filterOf(query: CommonQuery, principal: Principal): LinesFilter {
  if (query.storeId !== undefined) assertSeesStore(principal, query.storeId);
  return {
    stores: principal.stores,
    storeId: query.storeId ?? null,
    productId: query.productId ?? null,
    amountFromKopecks: query.amountFromKopecks ?? null,
    amountToKopecks: query.amountToKopecks ?? null,
  };
}

function pageOf({ after, limit }: CommonQuery): Page {
  return { after: after === undefined ? null : lineKeyOf(after), limit };
}
