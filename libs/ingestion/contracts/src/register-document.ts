import { z } from 'zod';
import { AMOUNT_KOPECKS_MAX } from '@potok/kernel/money';
import { QUANTITY_MILLI_MAX } from '@potok/kernel/quantity';
import { registerId } from '@potok/retail/fields';
import { businessState, fiscalState, operation, receiptForm } from '@potok/retail/document/codes';
import {
  closeReport,
  closeReportTotals,
  correction,
  discount,
  fiscalAttributes,
  lineFacts,
  part,
  payment,
  returnOf,
  shift,
  vat,
  vatTotal,
} from '@potok/retail/document/parts';
import { identity } from '@potok/retail/document/identity';

/**
 * What a register (its agent, a connector) sends: one JSON object, or one line of NDJSON. The object is open: unknown
 * fields are kept in the archive and go no further. Personal data may stand here and is split off by the intake.
 */

/** Amounts may carry a fraction of a kopeck in real documents: rounded half to even, finding `amountRounded`. */
const receivedAmountKopecks = z
  .number()
  .min(-AMOUNT_KOPECKS_MAX)
  .max(AMOUNT_KOPECKS_MAX)
  .describe('Kopecks; an integer, a fraction is rounded half to even with a finding')
  .meta({ examples: [12_990] });

const receivedQuantityMilli = z
  .number()
  .min(0)
  .max(QUANTITY_MILLI_MAX)
  .describe('Thousandths of the unit; an integer, a fraction is rounded half to even with a finding')
  .meta({ examples: [1000] });

const receivedVat = vat.extend({
  amountKopecks: receivedAmountKopecks.nullable().describe('Tax stated for the line; null = not stated'),
});

const receivedPayment = payment.extend({
  amountKopecks: receivedAmountKopecks,
  tenderedKopecks: receivedAmountKopecks.optional().describe('Given by the buyer'),
  changeKopecks: receivedAmountKopecks.optional().describe('Given back to the buyer'),
  cashOutKopecks: receivedAmountKopecks.optional().describe('Cash handed out with a card purchase'),
});

const receivedVatTotal = vatTotal.extend({ amountKopecks: receivedAmountKopecks.describe('Tax in kopecks') });

const receivedCounters = closeReportTotals.extend({
  totalKopecks: receivedAmountKopecks.nullable().optional().describe('Their total'),
  cashKopecks: receivedAmountKopecks.nullable().optional().describe('Of it in cash'),
  electronicKopecks: receivedAmountKopecks.nullable().optional().describe('Of it by electronic means'),
});

/** A line as received. */
export const receivedLine = z.object({
  ...lineFacts,
  name: z.string().max(512).optional().describe('Name as printed (1030)'),
  quantityMilli: receivedQuantityMilli,
  quantityRaw: z.string().max(40).optional().describe('Quantity as the till wrote it'),
  amountKopecks: receivedAmountKopecks.describe('Amount of the line (1043): the truth. Kopecks'),
  priceKopecks: z.number().optional().describe('Price after discounts (1079), informative. Kopecks'),
  priceRaw: z.string().max(40).optional().describe('Price as the till wrote it'),
  listPriceKopecks: z.number().optional().describe('Price before discounts. Kopecks'),
  discounts: z
    .array(discount.extend({ amountKopecks: receivedAmountKopecks.describe('Discount in kopecks') }))
    .max(100)
    .optional()
    .describe('Discounts that the till tells of'),
  exciseKopecks: receivedAmountKopecks.optional().describe('Excise (1229)'),
  vat: receivedVat.optional(),
});
export type ReceivedLine = z.input<typeof receivedLine>;

/** Personal data: never leaves ingestion. */
const person = z.object({
  name: z.string().max(300).optional(),
  inn: z.string().max(12).optional(),
  tabNumber: z.string().max(40).optional().describe("Number of the employee in the source's system"),
  role: z.string().max(40).optional().describe('Not personal: travels as cashierRole'),
});

export const registerDocument = z.object({
  type: z
    .string()
    .min(1)
    .max(40)
    .describe(
      'receipt, shiftOpened, shiftClosed, cashMovement, nonFiscal, stockDocument, fnEvent, tillEvent; others are counted',
    )
    .meta({ examples: ['receipt'] }),
  subtype: z.string().max(40).optional().describe('Of a stockDocument, tillEvent or fnEvent'),
  registerId: registerId
    .optional()
    .describe('May be left out when the credential speaks for one register only'),
  identities: z.array(identity).min(1).max(8),
  operationId: z
    .string()
    .max(100)
    .optional()
    .describe('Shared by receipts of one sale in several ФН, or of an exchange'),
  part: part.optional(),
  shift: shift.optional(),
  occurredAtLocal: z
    .string()
    .max(40)
    .optional()
    .describe('Local time of the document (1012) verbatim; it has no zone')
    .meta({ examples: ['2026-03-02T12:15:00'] }),
  zoneOffset: z
    .string()
    .regex(/^[+-]\d{2}:\d{2}$/)
    .optional()
    .describe('Offset that the source states')
    .meta({ examples: ['+03:00'] }),
  operationalDate: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .optional()
    .describe('Operational day of the till software: decides the business date when present'),
  shiftOpenedAtLocal: z.string().max(40).optional().describe('When the shift was opened, local, verbatim'),
  form: receiptForm.optional().describe('Absent = receipt'),
  operation: operation.optional().describe('Required for receipts (1054)'),
  fiscalState: fiscalState
    .optional()
    .describe('Absent = fiscal when an fn identity is there, else nonFiscal'),
  businessState: businessState.optional().describe('Absent = completed'),
  fiscal: fiscalAttributes.optional(),
  correction: correction.optional(),
  correctsFpd: z
    .string()
    .max(20)
    .optional()
    .describe('ФПД of the receipt that this one mends (1192, digits only)'),
  channel: z.string().max(40).optional().describe('store, online, courier, …'),
  orderId: z.string().max(100).optional(),
  totalKopecks: receivedAmountKopecks.optional().describe('Total (1020): required for receipts. Kopecks'),
  roundingKopecks: receivedAmountKopecks.optional().describe('total = Σ lines − rounding'),
  payments: z.array(receivedPayment).max(50).optional(),
  vatTotals: z.array(receivedVatTotal).max(30).optional().describe('As stated'),
  lines: z.array(receivedLine).max(10_000).optional(),
  detail: z.enum(['full', 'noDiscounts', 'noArticles', 'totalsOnly']).optional(),
  returnOf: returnOf.optional(),
  closeReport: closeReport
    .extend({
      totals: z.array(receivedCounters).max(40).default([]).describe('Counters by origin and operation'),
    })
    .optional(),
  cashier: person.optional().describe('Personal data (1021, 1203)'),
  approver: person.optional().describe('Personal data: who allowed it'),
  buyer: z
    .object({
      contact: z.string().max(300).optional().describe('Phone or e-mail (1008)'),
      name: z.string().max(300).optional().describe('1227'),
      inn: z
        .string()
        .max(12)
        .optional()
        .describe("1228: an organisation's ИНН (10 digits) stays, a person's does not"),
    })
    .optional()
    .describe('Personal data of the buyer'),
});
/** As it arrives: defaults are not filled in yet. */
export type RegisterDocument = z.input<typeof registerDocument>;
