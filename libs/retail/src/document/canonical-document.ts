import { z } from 'zod';
import {
  amountKopecks,
  businessDate,
  documentId,
  instant,
  integerTwin,
  legalEntityId,
  locationId,
  quantityMilli,
  registerId,
  storeId,
} from '../fields';
import { businessState, documentTypes, finding, fiscalState, operation, receiptForm } from './codes';
import {
  closeReport,
  correction,
  fiscalAttributes,
  lineFacts,
  part,
  payment,
  returnOf,
  shift,
  vat,
  vatTotal,
} from './parts';
import { identity } from './identity';

/**
 * The canonical document: built by an allow-list, serialised once, the same bytes in every later event. Absent means
 * that the source did not say; null means that there is none; 0 is a number.
 */
export const canonicalLine = z.object({
  ...lineFacts,
  name: z.string().max(512).optional().describe('Name as printed; personal data removed'),
  quantityMilli,
  quantityRaw: z
    .string()
    .optional()
    .describe('As written by the till, where it was rounded or is a fraction'),
  amountKopecks,
  priceKopecks: amountKopecks
    .optional()
    .describe('Price as stated (1079), informative: the amount is the truth'),
  priceRaw: z.string().optional().describe('The price as written, where it has fractions of a kopeck'),
  listPriceKopecks: amountKopecks.optional().describe('Price before discounts, where the till says it'),
  vat: vat.optional().describe('VAT of the line'),
  stockLocationId: locationId,
  stockLocationNo: integerTwin,
});
export type CanonicalLine = z.infer<typeof canonicalLine>;

export const documentTime = z.object({
  occurredAt: instant.describe('When it happened, UTC'),
  occurredAtLocal: z.string().nullable().describe('As the document states it (1012), verbatim'),
  timeZone: z.string().describe('IANA zone or offset that made occurredAt of it'),
  zoneSource: z
    .enum(['tag', 'sourceOffset', 'registration', 'store', 'assumed'])
    .describe('Where the zone was taken from'),
  timeQuality: z
    .enum(['stated', 'minute', 'implausible', 'missing'])
    .describe('How far the stated time can be trusted'),
  clockSkewMs: z.int().optional().describe('Clock of the register minus time of receipt, in milliseconds'),
  ledgerAt: instant.describe('The stated time, clamped to [shift opened or previous document, received]'),
  receivedAt: instant.describe('When the edge received it'),
  localDate: businessDate.describe('Date of occurredAt in the zone of the store, for VAT'),
  businessDate,
  businessDateRule: z
    .enum(['sourceOperDay', 'shiftOpen', 'cutover', 'clock'])
    .describe('The rule that chose the business date'),
});

export const canonicalDocument = z.object({
  schemaVersion: z.literal(1).describe('Version of the canonical form'),
  documentId,
  type: z.enum(documentTypes).describe('Kind of the document'),
  sourceType: z.string().max(40).optional().describe('The type as sent, where it is `other`'),
  subtype: z.string().max(40).optional().describe('Finer kind, as the type defines it'),
  storeId,
  storeNo: integerTwin,
  registerId,
  registerNo: integerTwin,
  legalEntityId,
  identities: z.array(identity).min(1).describe('Every name of the document; the first minted documentId'),
  operationId: z.string().optional().describe('The sale that several receipts belong to'),
  part: part.optional().describe('Which of the receipts of its operation it is'),
  shift: shift.optional(),
  time: documentTime.describe('When it happened, by whose clock, and what was made of it'),
  form: receiptForm.optional().describe('Form of the fiscal document; absent for documents without one'),
  operation: operation.optional(),
  fiscalState,
  businessState,
  fiscal: fiscalAttributes.optional().describe('Attributes of the fiscal document'),
  correction: correction.optional().describe('Of a correction: what it corrects and why'),
  correctsFpd: z
    .string()
    .optional()
    .describe('ФПД of the receipt that this one corrects (1192): no customer return'),
  channel: z.string().optional().describe('Sales channel, as the sender names it'),
  orderId: z.string().optional().describe('Order behind the sale'),
  totalKopecks: amountKopecks.optional().describe('Total of the document (1020)'),
  roundingKopecks: amountKopecks.optional().describe('Sum of the lines minus the total'),
  payments: z.array(payment).optional().describe('How it was paid'),
  vatTotals: z.array(vatTotal).optional().describe('VAT by rate, as stated'),
  detail: z
    .enum(['full', 'noDiscounts', 'noArticles', 'totalsOnly'])
    .optional()
    .describe('How much the source tells'),
  returnOf: returnOf.optional().describe('The sale that is returned'),
  closeReport: closeReport.optional().describe('Of a closed shift: its counters'),
  cashierRef: z
    .string()
    .max(64)
    .optional()
    .describe('Opaque reference of the cashier: the same person keeps one'),
  cashierRefBasis: z
    .enum(['inn', 'tabNumber', 'name'])
    .optional()
    .describe('What the reference of the cashier was made of'),
  cashierRole: z.string().max(40).optional().describe('Role of the cashier, as the till names it'),
  approverRef: z.string().max(64).optional().describe('Opaque reference of who approved it'),
  buyerOrganisationInn: z
    .string()
    .regex(/^\d{10}$/)
    .optional()
    .describe("A buyer organisation's ИНН; never a person's"),
  lines: z.array(canonicalLine).describe('Lines in the order of the document'),
  findings: z.array(finding).describe('What was noticed and did not refuse the document'),
});
export type CanonicalDocument = z.infer<typeof canonicalDocument>;
