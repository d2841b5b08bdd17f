import { z } from 'zod';
import { amountKopecks, documentId, quantityMilli } from '@potok/retail/fields';

export const receiptPurpose = z
  .enum(['customerReturn', 'mendsError', 'correction'])
  .describe(
    'What the receipt is for beside trade. customerReturn = a buyer brings goods back. mendsError = it states the ФПД ' +
      'of a receipt that it mends (1192), as a return and a sale together do up to ФФД 1.05: the return is no ' +
      'customer return, the sale no further purchase. correction = a correction receipt (forms 31 and 41)',
  );
export type ReceiptPurpose = z.infer<typeof receiptPurpose>;

export const linkedBy = z
  .enum(['documentId', 'fiscal', 'vendor', 'fpd', 'basis', 'person'])
  .describe(
    'What led to it: the returned sale by its documentId, its ФН and ФД number or the id of a foreign system; the ' +
      'mended receipt by its ФПД (1192); the corrected one by number and date of the basis (1179, 1178); a person',
  );
export type LinkedBy = z.infer<typeof linkedBy>;

export const meaningFinding = z
  .object({
    code: z
      .enum(['returnedMoreThanSold', 'saleNotFound', 'correctionNotLinked', 'effectUnknown'])
      .describe(
        'returnedMoreThanSold = with earlier returns more comes back than the line sold; saleNotFound = it names a ' +
          'receipt that is not known here, or that has no such line; correctionNotLinked, effectUnknown = a person has to decide',
      ),
    lineNo: z.int().min(1).nullable().describe('The line it is about; null = the receipt'),
    quantityMilli: quantityMilli
      .optional()
      .describe('Of returnedMoreThanSold: by how much, in thousandths of the base unit'),
  })
  .describe('What was noticed; nothing is refused for it');
export type MeaningFinding = z.infer<typeof meaningFinding>;

/** What a receipt is as a whole. Absent, or a member of it absent = there is nothing to say: an ordinary purchase. */
export const receiptMeaning = z.object({
  purpose: receiptPurpose.optional(),
  saleDocumentId: documentId
    .optional()
    .describe('The receipt that is returned, mended or corrected, where it was found'),
  linkedBy: linkedBy.optional(),
  seller: z
    .literal('other')
    .optional()
    .describe("Another organisation's receipt (1018) at a register of the chain: not own revenue"),
  prepaidKopecks: amountKopecks
    .optional()
    .describe(
      'Of the total, what was paid before and is settled now (1215): turnover of the hand-over, not money',
    ),
  undecided: z
    .literal(true)
    .optional()
    .describe('What a line does to the stock is unknown until a person decides: see lines-decided'),
  findings: z.array(meaningFinding).optional().describe('What was noticed about it'),
});
export type ReceiptMeaning = z.infer<typeof receiptMeaning>;
