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
});
