import { z } from 'zod';
import { amountKopecks, businessDate, locationId } from '../fields';
import { disposition, fiscalKind, lineState, returnMethod, vatRate } from './codes';

/** Parts that the document from a register and the canonical document share. */

export const part = z.object({
  index: z.int().min(1).max(1000).describe('1, 2, … within the operation'),
  of: z.int().min(1).max(1000).nullable().describe('How many there are; null = not known'),
});

export const shift = z
  .object({
    number: z.int().min(0).describe('Shift number (1038); starts anew with a registration or a new ФН'),
    receiptNumber: z.int().min(0).optional().describe('Number of the receipt within the shift (1042)'),
    sourceNumber: z.string().max(40).optional().describe("The vendor's own shift number"),
  })
  .describe('The shift: with the series it is the shift key');

export const fiscalAttributes = z.object({
  fpd: z
    .string()
    .regex(/^\d{1,10}$/)
    .optional()
    .describe('ФПД (1077): a decimal string, kept with its leading zeros')
    .meta({ examples: ['0123456789'] }),
  ffdVersion: z
    .string()
    .max(10)
    .optional()
    .describe('ФФД version (1209)')
    .meta({ examples: ['1.2'] }),
  taxation: z.int().optional().describe('Tax system (1055), as coded'),
  registrationNumber: z.string().max(40).optional().describe('РНМ (1037)'),
  deviceSerial: z.string().max(40).optional().describe('Serial number of the ККТ (1013)'),
  sellerInn: z.string().max(12).optional().describe('ИНН of the seller (1018); not inherited from the chain'),
  internet: z.boolean().optional().describe('Settlement on the internet (1125)'),
  automat: z.string().max(40).optional().describe('Number of the automat (1036)'),
});

export const payment = z.object({
  fiscalKind,
  instrument: z
    .string()
    .max(40)
    .optional()
    .describe('card, sbp, digitalRuble, giftCard, bonus, bnpl, eCertificate, other'),
  amountKopecks: amountKopecks.describe('Net amount in kopecks'),
  tenderedKopecks: amountKopecks.optional().describe('Given by the buyer'),
  changeKopecks: amountKopecks.optional().describe('Given back to the buyer'),
  cashOutKopecks: amountKopecks.optional().describe('Cash handed out with a card purchase'),
});

export const discount = z.object({
  origin: z.string().max(40).describe('Who gave it: till, promotion, coupon, bonus, manual'),
  promoId: z.string().max(64).optional().describe('The promotion, where there is one'),
  amountKopecks: amountKopecks.describe('Discount in kopecks'),
});

export const vat = z.object({
  rate: vatRate,
  rawCode: z.string().max(20).optional().describe('The code as sent (1199)'),
  amountKopecks: amountKopecks.nullable().describe('Tax stated for the line; null = not stated'),
  origin: z
    .enum(['stated', 'derived'])
    .default('stated')
    .describe('Stated by the document, or derived from amount and rate'),
});

export const vatTotal = z.object({ rate: vatRate, amountKopecks: amountKopecks.describe('Tax in kopecks') });

export const mark = z.object({
  raw: z.string().max(1000).describe('The mark as scanned, base64'),
  codeKind: z.string().max(20).optional().describe('1300–1309, 1320–1325, 1162, stamp'),
  plannedStatus: z.int().optional().describe('2003'),
  check: z.int().optional().describe('2106'),
  permit: z
    .object({
      reqId: z.string().max(100).describe('Id of the request'),
      time: z.string().max(40).describe('Time of the answer, as stated'),
      inst: z.string().max(100).optional().describe('Instance of the local module that answered'),
      ver: z.string().max(40).optional().describe('Version of its data'),
    })
    .optional()
    .describe('Answer of the permission mode'),
});

export const fraction = z
  .object({
    numerator: z.int().min(1).describe('Parts sold'),
    denominator: z.int().min(1).describe('Parts of a whole pack'),
  })
  .describe('Part of a marked pack (1291); such goods are counted in inner units');

/** Descriptive fields of a line that pass through unchanged. */
export const lineFacts = {
  lineNo: z.int().min(1).max(10_000).describe('1, 2, 3 …; unique in the document'),
  state: lineState.default('sold'),
  article: z.string().max(100).optional().describe('Article as the till knows it'),
  barcode: z
    .string()
    .max(100)
    .optional()
    .describe('As scanned')
    .meta({ examples: ['4600682000013'] }),
  externalCode: z.string().max(100).optional().describe("Code of the thing in the sender's system"),
  measureCode: z
    .int()
    .nullable()
    .optional()
    .describe('Measure of quantity (2108); null or absent = unitText tells'),
  unitText: z.string().max(40).optional().describe('Unit in words (1197)'),
  fraction: fraction.optional(),
  marks: z
    .array(mark)
    .max(2000)
    .optional()
    .describe('Marks of the line; their number is independent of the quantity'),
  discounts: z.array(discount).max(100).optional().describe('Discounts that the till tells of'),
  paymentMethod: z
    .int()
    .optional()
    .describe('Признак способа расчёта (1214)')
    .meta({ examples: [4] }),
  subject: z
    .int()
    .optional()
    .describe('Признак предмета расчёта (1212)')
    .meta({ examples: [1] }),
  agent: z
    .object({
      flags: z.int().describe('1222'),
      supplierInn: z.string().max(12).optional().describe('1226; an organisation only'),
    })
    .optional()
    .describe('Agent (1222) and the supplier (1226): not own revenue'),
  exciseKopecks: amountKopecks.optional().describe('Excise (1229)'),
  originCountry: z.string().max(3).optional().describe('1230'),
  customsDeclaration: z.string().max(40).optional().describe('1231'),
  stockLocationId: locationId.optional().describe("Not stated = the register's"),
  originalLineNo: z.int().min(1).optional().describe('Line of the sale that this line returns'),
  disposition: disposition.optional(),
  reason: z.string().max(200).optional().describe('Code of the reason of a return'),
};

export const returnOf = z.object({
  documentId: z.string().max(40).optional().describe("The sale's documentId"),
  fiscal: z
    .object({
      fn: z.string().max(16).describe('ФН of the sale'),
      fd: z.int().describe('Its ФД number'),
      fpd: z.string().max(10).optional().describe('Its ФПД'),
    })
    .optional()
    .describe('The sale by its fiscal attributes'),
  vendor: z
    .object({
      system: z.string().max(40).describe('Foreign system'),
      id: z.string().max(128).describe('Its id of the sale'),
    })
    .optional()
    .describe('The sale by the id of a foreign system'),
  date: businessDate.optional().describe('Date of the sale'),
  method: returnMethod,
});

export const correction = z.object({
  type: z.int().optional().describe('1173: 0 = own, 1 = by order'),
  basisDate: z.string().max(30).optional().describe('1178'),
  basisNumber: z.string().max(60).optional().describe('1179'),
  kind: z
    .enum(['missedSale', 'reversal', 'restatement', 'unknown'])
    .default('unknown')
    .describe('What the correction mends'),
});

export const closeReportTotals = z.object({
  origin: z.enum(['fiscalShift1194', 'fiscalFn1157', 'register', 'vendor']).describe('Who counted'),
  operation: z.string().max(20).describe('Operation that is counted'),
  receiptCount: z
    .int()
    .min(0)
    .nullable()
    .optional()
    .describe('Receipts of this operation; null = not stated'),
  totalKopecks: amountKopecks.nullable().optional().describe('Their total'),
  cashKopecks: amountKopecks.nullable().optional().describe('Of it in cash'),
  electronicKopecks: amountKopecks.nullable().optional().describe('Of it by electronic means'),
});

export const closeReport = z.object({
  receiptCount: z.int().min(0).nullable().optional().describe('Receipts of the shift (1118)'),
  documentCount: z.int().min(0).nullable().optional().describe('Fiscal documents of the shift (1111)'),
  totals: z.array(closeReportTotals).max(40).default([]).describe('Counters by origin and operation'),
});
