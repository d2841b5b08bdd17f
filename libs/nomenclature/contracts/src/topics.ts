import { factsTopic, stateTopic } from '@potok/kernel/contract';

const context = 'nomenclature';

export const productsTopic = stateTopic({
  name: 'retail.nomenclature.products.v1',
  context,
  key: 'productId',
  description: 'Products as they are now, unmatched ones included.',
});

export const receiptsTopic = factsTopic({
  name: 'retail.sales.receipts.v1',
  context,
  description:
    'Receipts with what each line is: product, stock effect, recognition; later decisions on the same stream.',
});
