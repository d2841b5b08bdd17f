import { z } from 'zod';
import {
  amountKopecks,
  instant,
  locationId,
  productId,
  quantityMilli,
  signedQuantityMilli,
  storeId,
} from '@potok/retail/fields';
import { incompleteRegisters } from '@potok/retail/register-completeness';
import { accountKind } from './account';
import { movementSeq, postingKind } from './movements-posted.v1';

/** A delivery from a supplier (приход): idempotent by its id; the same id with other content is refused. */
export const postDelivery = z.object({
  deliveryId: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/)
    .describe("The sender's id of the delivery: a repeat with the same id changes nothing"),
  storeId,
  locationId: locationId.optional().describe("Not stated = the store's default location"),
  occurredAt: instant.optional().describe('When the goods arrived; not stated = now'),
  supplierInn: z.string().max(12).optional(),
  documentNumber: z.string().max(60).optional().describe("Number of the supplier's document"),
  lines: z
    .array(
      z.object({
        lineNo: z.int().min(1).max(100_000),
        productId,
        quantityMilli,
        costKopecks: amountKopecks.nullable().default(null).describe('Cost of the whole line'),
        amountKopecks: amountKopecks.default(0).describe('Retail value of the whole line'),
      }),
    )
    .min(1)
    .max(10_000),
});
export type PostDelivery = z.infer<typeof postDelivery>;

export const deliveryAnswer = z.object({
  deliveryId: z.string(),
  storeId,
  streamSeq: z.int(),
  firstMovementSeq: movementSeq,
  lastMovementSeq: movementSeq,
  repeated: z.boolean().describe('True when this delivery had been posted before'),
});

/** Every figure says as of when, and on which topic's sequence it rests (design §5.11). */
export const asOf = z.object({
  topic: z.string(),
  movementSeq: z.int().min(0),
  appliedReceiptSeq: z.int().min(0).describe('Sequence of retail.sales.receipts.v1 applied in this store'),
  recordedAt: instant.nullable(),
  incompleteRegisters,
});

export const balanceView = z.object({
  storeId,
  locationId,
  productId,
  quantityMilli: signedQuantityMilli,
});
export type BalanceView = z.infer<typeof balanceView>;

export const balancesAnswer = z.object({ asOf, balances: z.array(balanceView), next: z.string().nullable() });

export const movementView = z.object({
  movementSeq,
  movementId: z.string(),
  kind: postingKind,
  documentId: z.string(),
  revision: z.int(),
  lineNo: z.int(),
  productId,
  locationId,
  debit: accountKind,
  credit: accountKind,
  quantityMilli: z.int(),
  amountKopecks: z.int(),
  costKopecks: z.int().nullable(),
  stockDeltaMilli: z.int().describe('What it does to the stock: positive in, negative out'),
  reverses: movementSeq.nullable(),
  ledgerAt: instant,
  recordedAt: instant,
  rootSeq: z.int().nullable(),
});
export type MovementView = z.infer<typeof movementView>;

export const movementsAnswer = z.object({
  asOf,
  movements: z.array(movementView),
  next: z.string().nullable(),
});

export const explanation = z.object({
  asOf,
  balance: balanceView.extend({
    locationId: locationId.nullable().describe('null = all locations of the store'),
  }),
  openingMilli: signedQuantityMilli.describe('Sum of what stands before the first movement listed'),
  movements: z.array(movementView.extend({ balanceAfterMilli: signedQuantityMilli })),
  next: z.string().nullable(),
});
