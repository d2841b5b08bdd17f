import type { RegisterDocument } from '@potok/ingestion-contracts/register-document';
import { built, receipt } from '../test-documents';
import { decideArrival } from './decide-arrival';

function arrival(first: Partial<RegisterDocument>, second: Partial<RegisterDocument>) {
  return decideArrival(built(receipt(first)).document, built(receipt(second)).document);
}

const withoutBarcodes = (receipt().lines ?? []).map(({ barcode: _barcode, ...line }) => line);

describe('decideArrival', () => {
  it('is a variant when nothing new is said', () => {
    expect(arrival({}, { channel: undefined, correctsFpd: undefined })).toEqual({ kind: 'variant' });
    expect(arrival({ channel: 'online' }, {})).toEqual({ kind: 'variant' });
  });

  it.each<[string, Partial<RegisterDocument>]>([
    ['operation', { operation: 'return' }],
    ['totalKopecks', { totalKopecks: 301 }],
    ['occurredAtLocal', { occurredAtLocal: '2026-03-02T12:16:07' }],
    ['payments', { payments: [{ fiscalKind: 'electronic', amountKopecks: 300 }] }],
    ['form', { form: 'correction' }],
    ['type', { type: 'nonFiscal' }],
    ['lines', { lines: [{ lineNo: 1, quantityMilli: 1000, amountKopecks: 300 }] }],
  ])('is a conflict when the core differs: %s', (field, overrides) => {
    expect(arrival({}, overrides)).toEqual({ kind: 'conflict', field });
  });

  it('compares only what both state', () => {
    const silent = { occurredAtLocal: undefined, payments: [], lines: [], detail: 'totalsOnly' as const };
    expect(arrival({ detail: 'totalsOnly' }, silent)).toEqual({ kind: 'variant' });
    expect(arrival({ fiscal: { fpd: '12' } }, { fiscal: { fpd: '0000000012' } }).kind).toBe('variant');
    expect(arrival({ fiscal: { fpd: '12' } }, { fiscal: { fpd: '13' } })).toMatchObject({
      field: 'fiscal.fpd',
    });
  });

  it('does not mind how payments of one kind are split, nor seconds', () => {
    const payments = [100, 200].map((amountKopecks) => ({ fiscalKind: 'cash' as const, amountKopecks }));
    expect(arrival({}, { payments, occurredAtLocal: '2026-03-02T12:15:59' })).toEqual({ kind: 'variant' });
  });

  it('binds a further identity; nothing is posted anew', () => {
    const identities = [...(receipt().identities ?? []), { scheme: 'ofd', series: 'x', opaqueId: 'y' }];
    expect(arrival({}, { identities })).toMatchObject({
      kind: 'revision',
      revisionKind: 'bound',
      repost: 'none',
    });
  });

  it('fills in what the first copy did not say and keeps what it said', () => {
    const fiscal = { fpd: '1', ffdVersion: '1.2' };
    const decided = arrival({ orderId: 'a', fiscal: { taxation: 1 } }, { orderId: 'b', fiscal });
    expect(decided).toMatchObject({
      revisionKind: 'enriched',
      repost: 'none',
      document: { orderId: 'a', fiscal: { taxation: 1, fpd: '1', ffdVersion: '1.2' } },
    });
  });

  it('says that lines matter when a key, code or line comes with the second copy', () => {
    expect(arrival({ lines: withoutBarcodes }, {})).toMatchObject({
      revisionKind: 'enriched',
      repost: 'lines',
    });
    expect(arrival({ lines: [] }, {})).toMatchObject({ revisionKind: 'enriched', repost: 'lines' });
  });

  it('is the same document whichever members the second copy leaves out', () => {
    const first = built(receipt({ channel: 'online', shift: { number: 3 } })).document;
    const again = decideArrival(first, built(receipt({ lines: [], detail: 'totalsOnly' })).document);
    if (again.kind !== 'revision') throw new Error(again.kind);
    expect(again.document).toMatchObject({ channel: 'online', shift: { number: 3 }, lines: first.lines });
  });
});
