import type { RegisterDocument } from '@potok/ingestion-contracts/register-document';
import { barcodeOf, fnOf, nameOf, registerIdOf } from './documents';
import type { SyntheticReceipt } from './documents';

const FIRST_SECOND = Date.parse('2026-03-02T09:00:00.000Z') / 1000;

/** The receipt as a register's agent sends it, with a cashier and, now and then, a buyer's phone. */
export function registerDocumentOf(receipt: SyntheticReceipt): RegisterDocument {
  const { storeNo, number, lines, isReturn } = receipt;
  const totalKopecks = lines.reduce((sum, line) => sum + line.amountKopecks, 0);
  return {
    type: 'receipt',
    registerId: registerIdOf(storeNo),
    identities: [{ scheme: 'fn', series: fnOf(storeNo), number }],
    shift: { number: 1, receiptNumber: number },
    occurredAtLocal: new Date((FIRST_SECOND + number) * 1000).toISOString().slice(0, 19),
    operation: isReturn ? 'return' : 'sale',
    fiscal: { fpd: String(number).padStart(10, '0'), ffdVersion: '1.2', taxation: 1 },
    totalKopecks,
    payments: [{ fiscalKind: 'electronic', instrument: 'card', amountKopecks: totalKopecks }],
    cashier: { name: 'Сидорова Мария Петровна', inn: '500100732259', role: 'cashier' },
    ...(number % 20 === 0 ? { buyer: { contact: `+7900${String(number).padStart(7, '0')}` } } : {}),
    lines: lines.map((line, index) => ({
      lineNo: index + 1,
      state: 'sold',
      barcode: barcodeOf(line.productNo),
      name: nameOf(line.productNo),
      quantityMilli: line.quantityMilli,
      amountKopecks: line.amountKopecks,
      priceKopecks: line.amountKopecks,
      vat: { rate: '10', amountKopecks: null, origin: 'stated' },
      paymentMethod: 4,
      subject: 1,
    })),
  };
}
