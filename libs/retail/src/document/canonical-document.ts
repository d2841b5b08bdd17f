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
  priceKopecks: amountKopecks.optional(),
  priceRaw: z.string().optional(),
  listPriceKopecks: amountKopecks.optional(),
  vat: vat.optional(),
  stockLocationId: locationId,
  stockLocationNo: integerTwin,
});
export type CanonicalLine = z.infer<typeof canonicalLine>;

export const documentTime = z.object({
  occurredAt: instant.describe('When it happened, UTC'),
  occurredAtLocal: z.string().nullable().describe('As the document states it (1012), verbatim'),
  timeZone: z.string().describe('IANA zone or offset that made occurredAt of it'),
  zoneSource: z.enum(['tag', 'sourceOffset', 'registration', 'store', 'assumed']),
  timeQuality: z.enum(['stated', 'minute', 'implausible', 'missing']),
  clockSkewMs: z.int().optional(),
  ledgerAt: instant.describe('The stated time, clamped to [shift opened or previous document, received]'),
  receivedAt: instant.describe('When the edge received it'),
  localDate: businessDate.describe('Date of occurredAt in the zone of the store, for VAT'),
  businessDate,
  businessDateRule: z.enum(['sourceOperDay', 'shiftOpen', 'cutover', 'clock']),
});

export const canonicalDocument = z.object({
  schemaVersion: z.literal(1),
  documentId,
  type: z.enum(documentTypes),
  sourceType: z.string().max(40).optional().describe('The type as sent, where it is `other`'),
  subtype: z.string().max(40).optional(),
  storeId,
  storeNo: integerTwin,
  registerId,
  registerNo: integerTwin,
  legalEntityId,
  identities: z.array(identity).min(1),
  operationId: z.string().optional(),
  part: part.optional(),
  shift: shift.optional(),
  time: documentTime,
  form: receiptForm.optional(),
  operation: operation.optional(),
  fiscalState,
  businessState,
  fiscal: fiscalAttributes.optional(),
  correction: correction.optional(),
  correctsFpd: z.string().optional(),
  channel: z.string().optional(),
  orderId: z.string().optional(),
  totalKopecks: amountKopecks.optional(),
  roundingKopecks: amountKopecks.optional(),
  payments: z.array(payment).optional(),
  vatTotals: z.array(vatTotal).optional(),
  detail: z.enum(['full', 'noDiscounts', 'noArticles', 'totalsOnly']).optional(),
  returnOf: returnOf.optional(),
  closeReport: closeReport.optional(),
  cashierRef: z
    .string()
    .max(64)
    .optional()
    .describe('Opaque reference of the cashier: the same person keeps one'),
  cashierRefBasis: z.enum(['inn', 'tabNumber', 'name']).optional(),
  cashierRole: z.string().max(40).optional(),
  approverRef: z.string().max(64).optional(),
  buyerOrganisationInn: z
    .string()
    .regex(/^\d{10}$/)
    .optional()
    .describe("A buyer organisation's ИНН; never a person's"),
  lines: z.array(canonicalLine),
  findings: z.array(finding),
});
export type CanonicalDocument = z.infer<typeof canonicalDocument>;
