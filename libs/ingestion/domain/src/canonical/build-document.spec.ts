import { validateDocumentRegisteredV1 } from '@potok/ingestion-contracts/generated/validators';
import { documentRegisteredV1 } from '@potok/ingestion-contracts/document-registered.v1';
import type { RegisterDocument } from '@potok/ingestion-contracts/register-document';
import type { FindingCode } from '@potok/retail/document/codes';
import { built, receipt, RECEIVED_AT_MS } from '../test-documents';

function findingsOf(overrides: Partial<RegisterDocument>): FindingCode[] {
  return built(receipt(overrides)).document.findings.map(({ code }) => code);
}

const line = (overrides: object) => [{ lineNo: 1, quantityMilli: 1000, amountKopecks: 300, ...overrides }];

describe('buildDocument', () => {
  it('makes a document that fits the contract', () => {
    const { document } = built(receipt({ cashier: { inn: '770712345678' }, buyer: { inn: '7707083893' } }));
    const event = {
      ...(documentRegisteredV1.example as object),
      document: JSON.parse(JSON.stringify(document)) as unknown,
    };
    expect(validateDocumentRegisteredV1(event)).toBe(true);
    expect(document).toMatchObject({
      buyerOrganisationInn: '7707083893',
      fiscalState: 'fiscal',
      findings: [],
    });
  });

  it.each<[FindingCode, Partial<RegisterDocument>]>([
    ['totalMismatch', { totalKopecks: 500, payments: [] }],
    ['paymentMismatch', { payments: [{ fiscalKind: 'cash', amountKopecks: 1 }] }],
    ['linesMissing', { lines: [] }],
    ['lineMismatch', { lines: line({ priceKopecks: 200 }) }],
    ['quantityZero', { lines: line({ quantityMilli: 0 }) }],
    ['quantityRounded', { lines: line({ quantityMilli: 333.333 }) }],
    ['amountRounded', { lines: line({ amountKopecks: 300.4 }) }],
    ['priceFraction', { lines: line({ priceKopecks: 300.5 }) }],
    ['unknownCode', { lines: line({ paymentMethod: 99 }) }],
    ['unknownCode', { lines: line({ stockLocationId: 'elsewhere' }) }],
    ['unknownType', { type: 'somethingNew' }],
    ['clockImplausible', { occurredAtLocal: '2099-01-01T00:00:00' }],
    ['clockImplausible', { occurredAtLocal: 'yesterday' }],
    ['unknownCode', { operationalDate: '2026-02-30' }],
    ['textRemoved', { lines: line({ name: 'Пополнение +7 926 123-45-67' }) }],
    ['textRemoved', { fiscal: { sellerInn: '770712345678' } }],
  ])('never refuses a defect of a till: %s', (code, overrides) => {
    expect(findingsOf(overrides)).toContain(code);
  });

  it('keeps what was rounded as it was written', () => {
    const { document } = built(receipt({ lines: line({ quantityMilli: 333.5, amountKopecks: 300.5 }) }));
    expect(document.lines[0]).toMatchObject({
      quantityMilli: 334,
      quantityRaw: '0.3335',
      amountKopecks: 300,
    });
  });

  it('accounts for rounding at the receipt, and leaves voided lines out of sums', () => {
    const lines = [
      ...line({ amountKopecks: 350 }),
      { lineNo: 2, state: 'voided' as const, quantityMilli: 1, amountKopecks: 9 },
    ];
    expect(findingsOf({ lines, roundingKopecks: 50 })).toEqual([]);
  });

  it('fills in the location of the register, or takes another of its store', () => {
    const lines = [...line({}), { lineNo: 2, quantityMilli: 1, amountKopecks: 0, stockLocationId: 'back' }];
    const { document } = built(receipt({ lines }));
    expect(document.lines.map(({ stockLocationNo }) => stockLocationNo)).toEqual([5, 6]);
  });

  it('passes nothing on that the allow-list does not name', () => {
    const secret = 'тайна';
    const sent = {
      ...receipt({ cashier: { name: secret }, buyer: { contact: 'a@b.ru', name: secret } }),
      secret,
      lines: [{ ...line({})[0], secret, vat: { rate: '10', amountKopecks: null, secret } }],
      payments: [{ fiscalKind: 'cash', amountKopecks: 300, refs: { rrn: secret } }],
      fiscal: { fpd: '1', secret },
      shift: { number: 1, secret },
    };
    const { document } = built(sent as RegisterDocument, { referenceOf: () => 'c-1' });
    expect(JSON.stringify(document)).not.toContain(secret);
  });

  it('tells whom the bytes mention: cashier, approver, buyer, and who stands in texts', () => {
    const { persons } = built(
      receipt({
        cashier: { inn: '770712345678' },
        approver: { tabNumber: '42' },
        buyer: { contact: '8 (926) 111-22-33' },
        lines: line({ name: 'Чек на a.b@c.ru' }),
      }),
    );
    expect(persons.map(({ kind, basis, value }) => [kind, basis, value])).toEqual([
      ['employee', 'inn', '770712345678'],
      ['employee', 'tabNumber', 'ooo|42'],
      ['buyer', 'contact', '79261112233'],
      ['buyer', 'contact', 'a.b@c.ru'],
    ]);
  });
});

describe('times', () => {
  const time = (overrides: Partial<RegisterDocument>, context = {}) =>
    built(receipt(overrides), context).document.time;

  it('believes the stated time in the zone of the store, or at the stated offset', () => {
    expect(time({}).occurredAt).toBe('2026-03-02T09:15:07.000Z');
    expect(time({ zoneOffset: '+05:00', occurredAtLocal: '2026-03-02T14:15:07' })).toMatchObject({
      occurredAt: '2026-03-02T09:15:07.000Z',
      zoneSource: 'sourceOffset',
      timeZone: '+05:00',
    });
    expect(time({ occurredAtLocal: '2026-03-02T12:15' }).timeQuality).toBe('minute');
  });

  it('never lets ledgerAt lie behind the previous document or after the receipt of this one', () => {
    const received = new Date(RECEIVED_AT_MS).toISOString();
    expect(time({ occurredAtLocal: '2026-03-02T18:00:00' }).ledgerAt).toBe(received);
    const previousLedgerMs = Date.UTC(2026, 2, 2, 9, 18);
    expect(time({}, { previousLedgerMs }).ledgerAt).toBe('2026-03-02T09:18:00.000Z');
    expect(time({ shiftOpenedAtLocal: '2026-03-02T12:16:30' }).ledgerAt).toBe('2026-03-02T09:16:30.000Z');
  });

  it('takes the business day from our clock when the till’s is not to be believed', () => {
    expect(time({ occurredAtLocal: '2099-01-01T00:00:00' })).toMatchObject({
      timeQuality: 'implausible',
      businessDate: '2026-03-02',
      businessDateRule: 'clock',
      ledgerAt: '2026-03-02T09:20:00.000Z',
    });
    const reset = time({ occurredAtLocal: '2001-01-01T00:00:00' });
    expect(reset).toMatchObject({ timeQuality: 'implausible', ledgerAt: '2026-03-02T09:20:00.000Z' });
    expect(time({ occurredAtLocal: undefined })).toMatchObject({
      timeQuality: 'missing',
      businessDateRule: 'clock',
    });
  });

  it('keeps the local date for VAT beside the business date', () => {
    const night = { occurredAtLocal: '2026-03-02T01:30:00', operationalDate: '2026-03-01' };
    expect(time(night)).toMatchObject({
      localDate: '2026-03-02',
      businessDate: '2026-03-01',
      businessDateRule: 'sourceOperDay',
    });
  });
});
