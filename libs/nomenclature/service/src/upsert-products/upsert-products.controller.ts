import { Controller, Delete, HttpCode, Inject, Post } from '@nestjs/common';
import {
  forgottenBarcode,
  learnBarcode,
  upsertAnswer,
  upsertProducts,
} from '@potok/nomenclature-contracts/nomenclature-http';
import type { LearnBarcode, UpsertAnswer } from '@potok/nomenclature-contracts/nomenclature-http';
import { Scopes } from '@potok/platform-auth/bearer-guard';
import { ProblemError } from '@potok/platform-http/problem';
import { Answers, AnswersProblems } from '@potok/platform-http/route-decorators';
import { ZodBody, ZodParams, ZodQuery } from '@potok/platform-http/zod-input';
import { barcodeFields } from '@potok/nomenclature-contracts/product.v1';
import { instant, productId } from '@potok/retail/fields';
import { z } from 'zod';
import { nomenclatureProblems } from '../nomenclature-problems';
import { NOMENCLATURE_FORGET, NOMENCLATURE_PRODUCTS, NOMENCLATURE_UPSERT } from '../nomenclature-tokens';
import type { ProductsQuery } from '../query-products/products.query';
import type { ForgetBarcodeHandler } from './forget-barcode.handler';
import type { UpsertProductsHandler } from './upsert-products.handler';

const barcodeParams = z.object({ productId, barcode: barcodeFields.barcode });
const forgetQuery = z.object({
  scope: barcodeFields.scope,
  validFrom: z
    .union([z.literal('ever'), instant])
    .optional()
    .describe('The entry that begins then (`ever` = the one without a beginning); absent = all of the scope'),
});

@Controller('v1/nomenclature')
@Scopes('nomenclature:write')
export class UpsertProductsController {
  constructor(
    @Inject(NOMENCLATURE_UPSERT) private readonly handler: UpsertProductsHandler,
    @Inject(NOMENCLATURE_PRODUCTS) private readonly products: ProductsQuery,
    @Inject(NOMENCLATURE_FORGET) private readonly forgetting: ForgetBarcodeHandler,
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
    const { productId: id, ...barcode } = body;
    const product = await this.products.byId(id);
    if (product === null) throw new ProblemError(nomenclatureProblems.productUnknown, { detail: id });
    const answer = await this.handler.handle([{ productId: id, name: product.name, barcodes: [barcode] }]);
    const [rejected] = answer.rejected;
    if (rejected !== undefined) {
      throw new ProblemError(nomenclatureProblems.barcodeRefused, { detail: rejected.message });
    }
    return answer;
  }

  @Delete('products/:productId/barcodes/:barcode')
  @HttpCode(200)
  @Answers({
    status: 200,
    description: 'The barcode leads to the product no more; what was decided by it stays',
    schema: forgottenBarcode,
  })
  @AnswersProblems(nomenclatureProblems.barcodeUnknown)
  async forget(
    @ZodParams(barcodeParams) path: z.infer<typeof barcodeParams>,
    @ZodQuery(forgetQuery) query: z.infer<typeof forgetQuery>,
  ) {
    const { validFrom } = query;
    const version = await this.forgetting.handle({
      ...path,
      scope: query.scope,
      validFrom: validFrom === 'ever' ? null : validFrom,
    });
    if (version === null)
      throw new ProblemError(nomenclatureProblems.barcodeUnknown, { detail: path.barcode });
    return { catalogueVersion: version };
  }
}
