import { Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { learnBarcode, upsertAnswer, upsertProducts } from '@potok/nomenclature-contracts/nomenclature-http';
import type { LearnBarcode, UpsertAnswer } from '@potok/nomenclature-contracts/nomenclature-http';
import { Scopes } from '@potok/platform-auth/bearer-guard';
import { ProblemError } from '@potok/platform-http/problem';
import { Answers, AnswersProblems } from '@potok/platform-http/route-decorators';
import { ZodBody } from '@potok/platform-http/zod-input';
import { nomenclatureProblems } from '../nomenclature-problems';
import { NOMENCLATURE_PRODUCTS, NOMENCLATURE_UPSERT } from '../nomenclature-tokens';
import type { ProductsQuery } from '../query-products/products.query';
import type { UpsertProductsHandler } from './upsert-products.handler';

@Controller('v1/nomenclature')
@Scopes('nomenclature:write')
export class UpsertProductsController {
  constructor(
    @Inject(NOMENCLATURE_UPSERT) private readonly handler: UpsertProductsHandler,
    @Inject(NOMENCLATURE_PRODUCTS) private readonly products: ProductsQuery,
  ) {}

  @Post('products')
  @HttpCode(200)
  @Answers({ status: 200, description: 'What was done; rejected rows changed nothing', schema: upsertAnswer })
  upsert(@ZodBody(upsertProducts) body: { products: unknown[] }): Promise<UpsertAnswer> {
    return this.handler.handle(body.products);
  }

  @Post('barcodes')
  @HttpCode(200)
  @Answers({ status: 200, description: 'The barcode leads to the product from now on', schema: upsertAnswer })
  @AnswersProblems(nomenclatureProblems.productUnknown, nomenclatureProblems.barcodeRefused)
  async learn(@ZodBody(learnBarcode) body: LearnBarcode): Promise<UpsertAnswer> {
    const { productId, ...barcode } = body;
    const product = await this.products.byId(productId);
    if (product === null) throw new ProblemError(nomenclatureProblems.productUnknown, { detail: productId });
    const answer = await this.handler.handle([{ productId, name: product.name, barcodes: [barcode] }]);
    const [rejected] = answer.rejected;
    if (rejected !== undefined) {
      throw new ProblemError(nomenclatureProblems.barcodeRefused, { detail: rejected.message });
    }
    return answer;
  }
}
