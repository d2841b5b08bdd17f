import { z } from 'zod';
import { declareEvent } from '@potok/kernel/contract';
import { amountKopecks, instant, integerTwin, productId, ratio, version } from '@potok/retail/fields';
import { productsTopic } from './topics';

export const productName = z
  .string()
  .min(1)
  .max(512)
  .describe('Name of the product')
  .meta({ examples: ['Молоко 3,2 % 930 мл'] });

export const unit = z
  .enum(['piece', 'kilogram', 'litre', 'metre', 'squareMetre', 'pack', 'other'])
  .describe('Base unit in which the stock is counted');

export const productKind = z
  .enum(['goods', 'service', 'giftCard'])
  .describe('What is sold by it: goods of the stock, a service, or a gift card (money taken in advance)');
export type ProductKind = z.infer<typeof productKind>;

export const productFields = {
  productId,
  name: productName,
  article: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe("The chain's article; unique among products in use"),
  unit: unit.default('piece'),
  measureCode: z
    .int()
    .optional()
    .describe('Measure of quantity (2108) of the base unit')
    .meta({ examples: [0] }),
  kind: productKind.default('goods'),
  weighed: z.boolean().default(false).describe('Sold by weight: its barcode holds the weight'),
  marked: z.boolean().default(false).describe('Subject to marking (Честный ЗНАК)'),
  vatRate: z
    .string()
    .max(10)
    .optional()
    .describe('VAT rate in per cent')
    .meta({ examples: ['10'] }),
  categoryCode: z.string().max(100).optional().describe("Code of the category in the chain's classifier"),
  categoryName: z.string().max(300).optional().describe('Name of the category'),
  brand: z.string().max(200).optional().describe('Brand'),
  priceKopecks: amountKopecks.optional().describe('Reference price'),
};

/** A barcode leads to a product within a scope and a time; its coefficient says how many base units it holds. */
export const barcodeFields = {
  barcode: z
    .string()
    .min(1)
    .max(100)
    .describe('The code as a scanner reads it')
    .meta({ examples: ['4600682000013'] }),
  scope: z
    .string()
    .min(1)
    .max(60)
    .default('chain')
    .describe('Where it is valid: `chain`, or `store:<storeId>` for codes that stores give out themselves'),
  coefficient: ratio.default({ numerator: 1, denominator: 1 }),
  validFrom: instant
    .nullable()
    .default(null)
    .describe('Inclusive; null = since ever. Compared with ledgerAt'),
  validTo: instant.nullable().default(null).describe('Exclusive; null = until further notice'),
};

export const barcodeSchema = z.object(barcodeFields);
export type Barcode = z.infer<typeof barcodeSchema>;

const schema = z.object({
  ...productFields,
  productNo: integerTwin,
  status: z
    .enum(['active', 'archived', 'unmatched'])
    .describe('unmatched = stands for a code that nobody has explained yet'),
  unmatchedKey: z
    .object({
      kind: z.enum(['barcode', 'article', 'externalCode', 'name']).describe('What kind of code it is'),
      key: z.string().describe('The code'),
      measure: z.string().describe('The measure in which it was sold'),
    })
    .nullable()
    .describe('Of an unmatched product: what the register sent'),
  barcodes: z.array(barcodeSchema).describe('Barcodes that lead to the product'),
  externalCodes: z
    .array(
      z.object({
        system: z.string().max(40).describe('Foreign system'),
        code: z.string().max(100).describe('Its code of the product'),
      }),
    )
    .describe('Codes of the product in foreign systems'),
  catalogueVersion: z.int().min(0).describe('Version of the catalogue that brought this row'),
  version,
  recordedAt: instant,
});

/** The row of a product on its compacted topic. */
export const productV1 = declareEvent({
  name: 'retail.nomenclature.product',
  version: 1,
  topic: productsTopic,
  description: 'A product as it is now, with its barcodes.',
  schema,
  mustUnderstand: false,
  example: {
    productId: 'p-10017',
    productNo: 17,
    name: 'Хлеб Бородинский',
    article: '10017',
    unit: 'piece',
    kind: 'goods',
    weighed: false,
    marked: false,
    vatRate: '10',
    status: 'active',
    unmatchedKey: null,
    barcodes: [
      {
        barcode: '4600682000013',
        scope: 'chain',
        coefficient: { numerator: 1, denominator: 1 },
        validFrom: null,
        validTo: null,
      },
    ],
    externalCodes: [],
    catalogueVersion: 3,
    version: 2,
    recordedAt: '2026-03-02T08:00:00.000Z',
  },
});
export type ProductV1 = z.infer<typeof schema>;
