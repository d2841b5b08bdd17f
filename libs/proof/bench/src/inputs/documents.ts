import type { ReceiptRegisteredV1 } from '@potok/nomenclature-contracts/receipt-registered.v1';

export type CanonicalDocument = ReceiptRegisteredV1['document'];

export interface SyntheticLine {
  readonly productNo: number;
  readonly quantityMilli: number;
  readonly amountKopecks: number;
}

export interface SyntheticReceipt {
  readonly storeNo: number;
  /** In its store: 1, 2, 3 … */
  readonly number: number;
  readonly isReturn: boolean;
  readonly lines: readonly SyntheticLine[];
}

const NAMES = [
  'Молоко пастеризованное 3,2 % 930 мл',
  'Хлеб Дарницкий подовый нарезка 400 г',
  'Йогурт питьевой клубника 270 г',
  'Картофель мытый весовой',
  'Шоколад молочный с лесным орехом 90 г',
  'Вода минеральная газированная 1,5 л',
];
const FIRST_SECOND = Date.parse('2026-03-02T06:00:00.000Z') / 1000;

export function storeIdOf(storeNo: number): string {
  return `bench-${String(storeNo)}`;
}

export function registerIdOf(storeNo: number): string {
  return `bench-${String(storeNo)}-1`;
}

/** 16 digits, as the serial of a ФН. */
export function fnOf(storeNo: number): string {
  return `73804408${String(storeNo).padStart(8, '0')}`;
}

export function barcodeOf(productNo: number): string {
  return `46${String(productNo).padStart(11, '0')}`;
}

export function nameOf(productNo: number): string {
  return `${NAMES[productNo % NAMES.length] ?? ''} №${String(productNo)}`;
}

/** The canonical document of a receipt: about as long as real ones. */
export function documentOf(receipt: SyntheticReceipt): CanonicalDocument {
  const { storeNo, number, lines, isReturn } = receipt;
  const totalKopecks = lines.reduce((sum, line) => sum + line.amountKopecks, 0);
  const occurredAt = new Date((FIRST_SECOND + number) * 1000).toISOString();
  return {
    schemaVersion: 1,
    documentId: `00000000-0000-5000-8000-${String(storeNo * 100_000_000 + number).padStart(12, '0')}`,
    type: 'receipt',
    storeId: storeIdOf(storeNo),
    storeNo,
    registerId: registerIdOf(storeNo),
    registerNo: storeNo,
    legalEntityId: 'bench',
    identities: [{ scheme: 'fn', series: fnOf(storeNo), number }],
    shift: { number: 1, receiptNumber: number },
    time: {
      occurredAt,
      occurredAtLocal: occurredAt.slice(0, 19),
      timeZone: 'Europe/Moscow',
      zoneSource: 'store',
      timeQuality: 'stated',
      ledgerAt: occurredAt,
      receivedAt: occurredAt,
      localDate: occurredAt.slice(0, 10),
      businessDate: occurredAt.slice(0, 10),
      businessDateRule: 'cutover',
    },
    form: 'receipt',
    operation: isReturn ? 'return' : 'sale',
    fiscalState: 'fiscal',
    businessState: 'completed',
    fiscal: { fpd: String(number).padStart(10, '0'), ffdVersion: '1.2', taxation: 1 },
    totalKopecks,
    payments: [{ fiscalKind: 'electronic', instrument: 'card', amountKopecks: totalKopecks }],
    cashierRef: 'c-0123456789abcdef',
    cashierRefBasis: 'inn',
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
      stockLocationId: storeIdOf(storeNo),
      stockLocationNo: storeNo,
    })),
    findings: [],
  };
}
