import type { RegisterDocument } from '@potok/ingestion-contracts/register-document';
import { ZoneOffsets } from '@potok/retail/time/zone-offsets';
import { buildDocument } from './canonical/build-document';
import type { BuildContext, BuiltDocument } from './canonical/build-document';
import { readIdentities } from './identities';
import type { RegisterPlace } from './register-place';

/** A register in Moscow, for tests. */
export const PLACE: RegisterPlace = {
  registerId: 'store-1-1',
  registerNo: 101,
  storeId: 'store-1',
  storeNo: 1,
  legalEntityId: 'ooo',
  timeZone: 'Europe/Moscow',
  dayCutover: '00:00',
  locationId: 'hall',
  locationNo: 5,
  locationNos: new Map([
    ['hall', 5],
    ['back', 6],
  ]),
};

export const RECEIVED_AT_MS = Date.UTC(2026, 2, 2, 9, 20);

export function receipt(overrides: Partial<RegisterDocument> = {}): RegisterDocument {
  return {
    type: 'receipt',
    identities: [{ scheme: 'fn', series: '7380440800123456', number: 7 }],
    occurredAtLocal: '2026-03-02T12:15:07',
    operation: 'sale',
    totalKopecks: 300,
    payments: [{ fiscalKind: 'cash', amountKopecks: 300 }],
    lines: [
      { lineNo: 1, name: 'Хлеб', quantityMilli: 1000, amountKopecks: 100, priceKopecks: 100 },
      { lineNo: 2, name: 'Молоко', barcode: '4600682000013', quantityMilli: 2000, amountKopecks: 200 },
    ],
    ...overrides,
  };
}

export function built(document: RegisterDocument, context: Partial<BuildContext> = {}): BuiltDocument {
  const identities = readIdentities(document.identities);
  if (typeof identities === 'string') throw new Error(identities);
  return buildDocument(document, {
    identities,
    place: PLACE,
    receivedAtMs: RECEIVED_AT_MS,
    previousLedgerMs: null,
    zones: new ZoneOffsets(),
    employeeSource: 'ooo',
    referenceOf: ({ basis, value }) => `ref:${basis}:${value}`,
    ...context,
  });
}
