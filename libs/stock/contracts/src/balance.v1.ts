import { z } from 'zod';
import { declareEvent } from '@potok/kernel/contract';
import {
  instant,
  integerTwin,
  locationId,
  productId,
  signedQuantityMilli,
  storeId,
  version,
} from '@potok/retail/fields';
import { movementSeq } from './movements-posted.v1';
import { balancesTopic } from './topics';

const schema = z.object({
  storeId,
  storeNo: integerTwin,
  locationId,
  locationNo: integerTwin,
  productId,
  productNo: integerTwin,
  quantityMilli: signedQuantityMilli.describe('On stock; negative where more was sold than was known'),
  foldedUpTo: movementSeq.describe("The store's movement sequence up to which this balance holds"),
  version,
  recordedAt: instant,
});

/** The row of a balance on its compacted topic. */
export const balanceV1 = declareEvent({
  name: 'retail.stock.balance',
  version: 1,
  topic: balancesTopic,
  description: 'The balance of a product at a location as it is now.',
  schema,
  mustUnderstand: false,
  example: {
    storeId: 'store-0007',
    storeNo: 7,
    locationId: 'store-0007',
    locationNo: 7,
    productId: 'p-10001',
    productNo: 1,
    quantityMilli: 46_000,
    foldedUpTo: 38_211,
    version: 38_211,
    recordedAt: '2026-03-02T09:15:02.000Z',
  },
});
export type BalanceV1 = z.infer<typeof schema>;
