import { Controller, Get, Inject } from '@nestjs/common';
import { unmatchedView } from '@potok/nomenclature-contracts/nomenclature-http';
import { productV1 } from '@potok/nomenclature-contracts/product.v1';
import { Scopes } from '@potok/platform-auth/bearer-guard';
import { ProblemError } from '@potok/platform-http/problem';
import { Answers, AnswersProblems } from '@potok/platform-http/route-decorators';
import { queryInteger, ZodParams, ZodQuery } from '@potok/platform-http/zod-input';
import { productId } from '@potok/retail/fields';
import { z } from 'zod';
import { nomenclatureProblems } from '../nomenclature-problems';
import { NOMENCLATURE_PRODUCTS } from '../nomenclature-tokens';
import type { ProductsQuery } from './products.query';

const params = z.object({ productId });
type Params = z.infer<typeof params>;

const listQuery = z.object({
  barcode: z.string().max(100).optional(),
  article: z.string().max(100).optional(),
  text: z.string().max(100).optional().describe('Part of the name'),
  after: z.string().max(40).optional().describe('`next` of the page before'),
  limit: queryInteger(1, 500).default(100),
});
type ListQuery = z.infer<typeof listQuery>;

const unmatchedQuery = z.object({ limit: queryInteger(1, 1000).default(100) });
type UnmatchedQuery = z.infer<typeof unmatchedQuery>;

const productList = z.object({ products: z.array(productV1.schema), next: z.string().nullable() });
const unmatchedList = z.object({ unmatched: z.array(unmatchedView) });

@Controller('v1/nomenclature')
@Scopes('nomenclature:read')
export class ProductsController {
  constructor(@Inject(NOMENCLATURE_PRODUCTS) private readonly products: ProductsQuery) {}

  @Get('products')
  @Answers({ status: 200, description: 'Products in the order of their ids', schema: productList })
  async find(@ZodQuery(listQuery) query: ListQuery) {
    const { barcode, article, text, after, limit } = query;
    const products = await this.products.find({
      barcode: barcode ?? null,
      article: article ?? null,
      text: text ?? null,
      afterId: after ?? null,
      limit,
    });
    return { products, next: products.length === limit ? (products.at(-1)?.productId ?? null) : null };
  }

  @Get('products/:productId')
  @Answers({ status: 200, description: 'The product with its codes', schema: productV1.schema })
  @AnswersProblems(nomenclatureProblems.productUnknown)
  async show(@ZodParams(params) { productId: id }: Params) {
    const product = await this.products.byId(id);
    if (product === null) throw new ProblemError(nomenclatureProblems.productUnknown, { detail: id });
    return product;
  }

  @Get('unmatched')
  @Answers({ status: 200, description: 'What nobody has explained yet', schema: unmatchedList })
  async unmatched(@ZodQuery(unmatchedQuery) { limit }: UnmatchedQuery) {
    return { unmatched: await this.products.unmatched(limit) };
  }
}
