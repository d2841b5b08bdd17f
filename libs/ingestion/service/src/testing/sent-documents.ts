import type { RegisterDocument } from '@potok/ingestion-contracts/register-document';

export const SERIES = '7380440800123456';

/** A sale of two things, as a register would send it; members may be replaced or, by undefined, left out. */
export function sentReceipt(number: number, overrides: Partial<RegisterDocument> = {}): RegisterDocument {
  return {
    type: 'receipt',
    identities: [{ scheme: 'fn', series: SERIES, number }],
    shift: { number: 31, receiptNumber: number },
    occurredAtLocal: '2026-03-02T12:15:07',
    operation: 'sale',
    fiscal: { fpd: String(1_000_000 + number), ffdVersion: '1.2', taxation: 1 },
    totalKopecks: 25_980,
    payments: [{ fiscalKind: 'electronic', instrument: 'card', amountKopecks: 25_980 }],
    cashier: { name: 'Иванова А. П.', inn: '770712345678' },
    lines: [
      {
        lineNo: 1,
        barcode: '4600682000013',
        name: 'Молоко 3,2 % 930 мл',
        quantityMilli: 2000,
        amountKopecks: 17_980,
        priceKopecks: 8990,
        vat: { rate: '10', amountKopecks: null },
        paymentMethod: 4,
        subject: 1,
      },
      {
        lineNo: 2,
        article: '10017',
        name: 'Хлеб Бородинский',
        quantityMilli: 1000,
        amountKopecks: 8000,
        paymentMethod: 4,
        subject: 1,
      },
    ],
    ...overrides,
  };
}

export function bytesOf(document: unknown): Buffer {
  return Buffer.from(JSON.stringify(document), 'utf8');
}
