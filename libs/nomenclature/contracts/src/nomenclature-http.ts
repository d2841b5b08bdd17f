import { z } from 'zod';
import { instant, productId } from '@potok/retail/fields';
import { barcodeFields, productFields } from './product.v1';

/** A product in a bulk upsert: what is absent stays as it is, barcodes listed are added or changed. */
export const upsertProduct = z.object({
  ...productFields,
  barcodes: z.array(z.object(barcodeFields)).max(200).default([]),
  externalCodes: z
    .array(z.object({ system: z.string().min(1).max(40), code: z.string().min(1).max(100) }))
    .max(50)
    .default([]),
  archived: z.boolean().default(false),
});
export type UpsertProduct = z.infer<typeof upsertProduct>;

export const upsertProducts = z.object({ products: z.array(z.unknown()).min(1).max(5000) });

export const rejectedRow = z.object({
  row: z.int().describe('Index in the request, from 0; line of the file for a CSV'),
  productId: z.string().nullable(),
  code: z.string(),
  field: z.string().nullable(),
  message: z.string(),
});
export type RejectedRow = z.infer<typeof rejectedRow>;

export const upsertAnswer = z.object({
  created: z.int(),
  changed: z.int(),
  unchanged: z.int(),
  barcodesLearned: z.int(),
  catalogueVersion: z.int(),
  rejected: z.array(rejectedRow),
});
export type UpsertAnswer = z.infer<typeof upsertAnswer>;

export const learnBarcode = z.object({ ...barcodeFields, productId });
export type LearnBarcode = z.infer<typeof learnBarcode>;

export const forgottenBarcode = z.object({
  catalogueVersion: z.int().describe('Version of the catalogue that brought it'),
});

export const unmatchedView = z.object({
  productId,
  kind: z.string(),
  key: z.string(),
  measure: z.string(),
  sampleName: z.string().nullable(),
  lines: z.int().describe('Lines that still stand on it'),
  firstSeenAt: instant,
  lastSeenAt: instant,
  stores: z.int(),
});
