import { z } from 'zod';
import { declareEvent } from '@potok/kernel/contract';
import { streamSeq } from '@potok/retail/fields';
import { exampleReceipt, receiptEventFields } from './receipt-registered.v1';
import { receiptsTopic } from './topics';

const { document, ...prefix } = receiptEventFields;
const schema = z.object({
  ...prefix,
  receiptSeq: streamSeq.describe('Sequence, on this stream, of the receipt-registered event that it revises'),
  document,
});

/** A later revision of a receipt. repost `none`: nothing moves; `lines`: reverse and post anew. */
export const receiptRevisedV1 = declareEvent({
  name: 'retail.sales.receipt-revised',
  version: 1,
  topic: receiptsTopic,
  description: 'A later revision of a receipt, after what it changes and on the same stream.',
  schema,
  mustUnderstand: true,
  example: { ...exampleReceipt, streamSeq: 4120, revision: 2, revisionKind: 'bound', receiptSeq: 4102 },
});
export type ReceiptRevisedV1 = z.infer<typeof schema>;
