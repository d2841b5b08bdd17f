import { declareProblems } from '@potok/platform-http/problem';

export const nomenclatureProblems = declareProblems({
  productUnknown: {
    status: 404,
    title: 'There is no such product',
    remedy: 'Create it: POST /v1/nomenclature/products.',
  },
  barcodeRefused: {
    status: 409,
    title: 'The barcode cannot lead to this product',
    remedy: 'End the validity of the other product’s barcode first, or choose another scope or time.',
  },
  ruleSetChanged: {
    status: 409,
    title: 'Other rules are in force than those that these were made from',
    remedy: 'Read them again (GET /v1/nomenclature/rule-set) and repeat with their version.',
  },
  barcodeUnknown: {
    status: 404,
    title: 'The product has no such barcode',
    remedy: 'See its barcodes: GET /v1/nomenclature/products/{productId}.',
  },
});
