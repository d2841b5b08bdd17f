import type {
  ReceiptDocument,
  ReceiptFiscal,
  ReceiptIdentity,
  ReceiptLine,
  ReceiptPayment,
  ReceiptTime,
} from '@potok/nomenclature-domain/receipt-document';
import { select, WHOLE } from '@potok/platform-json/selection';

const LINE = select<ReceiptLine>({
  lineNo: WHOLE,
  state: WHOLE,
  barcode: WHOLE,
  article: WHOLE,
  externalCode: WHOLE,
  quantityMilli: WHOLE,
  fraction: WHOLE,
  amountKopecks: WHOLE,
  paymentMethod: WHOLE,
  subject: WHOLE,
  agent: WHOLE,
  disposition: WHOLE,
  originalLineNo: WHOLE,
  stockLocationId: WHOLE,
  stockLocationNo: WHOLE,
});
const TIME = select<ReceiptTime>({
  occurredAt: WHOLE,
  ledgerAt: WHOLE,
  localDate: WHOLE,
  businessDate: WHOLE,
});
const IDENTITY = select<ReceiptIdentity>({ scheme: WHOLE, series: WHOLE, number: WHOLE, opaqueId: WHOLE });
const PAYMENT = select<ReceiptPayment>({ fiscalKind: WHOLE, amountKopecks: WHOLE });
const FISCAL = select<ReceiptFiscal>({ fpd: WHOLE, sellerInn: WHOLE });
/** What is read of a register document to decide upon it. */
export const RECEIPT_DOCUMENT = select<ReceiptDocument>({
  type: WHOLE,
  storeId: WHOLE,
  registerId: WHOLE,
  legalEntityId: WHOLE,
  identities: IDENTITY,
  time: TIME,
  form: WHOLE,
  operation: WHOLE,
  fiscalState: WHOLE,
  businessState: WHOLE,
  fiscal: FISCAL,
  correction: WHOLE,
  correctsFpd: WHOLE,
  totalKopecks: WHOLE,
  payments: PAYMENT,
  returnOf: WHOLE,
  lines: LINE,
});
