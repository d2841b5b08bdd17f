import { createHash } from 'node:crypto';
import { planChain } from '../chain/chain';
import { defaultStartDate, type SimulationOptions } from '../chain/options';
import { GroundTruth } from '../truth/ground-truth';
import type { SentDocument } from '../trade/sent-document';
import { StoreTransmissions } from './store-transmissions';
import type { Transmission } from './transmission';

const options: SimulationOptions = { seed: 7, stores: 8, receipts: 6000, startDate: defaultStartDate };

function everything(of: SimulationOptions): Transmission[] {
  const chain = planChain(of);
  return chain.stores.flatMap((store) => [...new StoreTransmissions(chain, store).days()].flat());
}

function hashOf(sent: readonly Transmission[]): string {
  const hash = createHash('sha256');
  for (const { credential, text } of sent) hash.update(`${credential}\n${text}\n`);
  return hash.digest('hex');
}

function countBy(
  sent: readonly Transmission[],
  nameOf: (sent: Transmission) => string | null,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of sent) {
    const name = nameOf(one);
    if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

const everyKind = [
  ...['sale', 'return', 'returnPartial', 'returnMoreThanSold', 'returnWithoutSale', 'returnByForeignId'],
  ...['prepayment', 'partPrepayment', 'advance', 'handOver', 'prepaymentGivenBack'],
  ...['giftCardSold', 'giftCardAsGoods', 'paidByGiftCard', 'credit', 'partCredit', 'creditPayment'],
  ...['mendingReturn', 'mendingSale', 'reversal', 'restatement', 'correction', 'strictFormCorrection'],
  ...['buy', 'buyReturn', 'commissionSale', 'phoneTopUp', 'otherSellersSale', 'strictForm'],
  ...['cashOut', 'rounded', 'rarelyPaid', 'fractionSale', 'reusedCodes', 'lostSale', 'forgottenSale'],
  ...['pendingSale', 'failedSale', 'bareCorrection', 'miscopiedSale', 'disputedSale'],
  ...['deferredReceipt', 'cancelledReceipt', 'trainingReceipt', 'fullCopy', 'operatorCopy'],
  ...['shiftOpened', 'shiftClosed', 'settlementState', 'fnEnded', 'cashIn', 'cashOut', 'tillEvent'],
];

describe('what a chain sends', () => {
  const sent = everything(options);

  it('is the same bytes for the same options, and other bytes for another seed', () => {
    const small = { ...options, receipts: 800 };
    expect(hashOf(everything(small))).toBe(hashOf(everything(small)));
    expect(hashOf(everything({ ...small, seed: 8 }))).not.toBe(hashOf(everything(small)));
  });

  it('makes no copy of an operator where there is nothing of a ФН: it would have no name', () => {
    const copies = everything({ ...options, stores: 20, receipts: 20_000 }).filter(
      ({ facts }) => facts.kind === 'operatorCopy',
    );
    expect(copies.length).toBeGreaterThan(100);
    const nameless = copies.filter(({ text }) => !text.includes('"scheme":"fn"'));
    expect(nameless).toEqual([]);
  });

  it('holds the situations and faults of ordinary life', () => {
    const kinds = countBy(sent, ({ facts }) => facts.kind);
    for (const kind of everyKind) expect([kind, kinds.get(kind) ?? 0]).not.toEqual([kind, 0]);
    const expectations = countBy(sent, ({ facts }) => facts.expected);
    expect([...expectations.keys()].sort()).toEqual([
      'accepted',
      'bound',
      'held',
      'rejected',
      'repeat',
      'variant',
    ]);
    for (const kind of ['exchange', 'split']) {
      expect(sent.some(({ facts }) => facts.receipt?.operationId?.startsWith(kind) === true)).toBe(true);
    }
    for (const kind of ['conflict', 'joinsTwo', 'brokenBody', 'refusedLine', 'loyaltyCardIssued']) {
      expect([kind, kinds.get(kind) ?? 0]).not.toEqual([kind, 0]);
    }
    expect(new Set(sent.map(({ fate }) => fate))).toEqual(new Set(['sent', 'lost', 'onRequest', 'unsent']));
    expect(sent.some(({ facts }) => facts.heldFirst)).toBe(true);
  });

  it('holds every kind of document even in a short run of few stores', () => {
    const few = countBy(everything({ ...options, stores: 4, receipts: 1500 }), ({ facts }) => facts.kind);
    expect(everyKind.filter((kind) => !few.has(kind))).toEqual([]);
  });

  it('stays ordinary life: baskets of 9.4 lines, one in fifty purchases unusual', () => {
    const receipts = sent.filter(({ facts }) => facts.expected === 'accepted' && facts.receipt !== null);
    const sales = receipts.filter(({ facts }) => facts.kind === 'sale');
    const lines = sales.reduce((sum, { facts }) => sum + facts.lineCount, 0) / sales.length;
    expect(lines).toBeGreaterThan(9);
    expect(lines).toBeLessThan(9.8);
    expect(sales.length / receipts.length).toBeGreaterThan(0.91);
  });

  it('gives every accepted document names of its own, and repeats exactly', () => {
    const owners = new Map<string, string>();
    const texts = new Set(sent.map(({ text, facts }) => (facts.expected === 'repeat' ? '' : text)));
    for (const { facts, text } of sent) {
      if (facts.expected === 'repeat') expect(texts.has(text)).toBe(true);
      if (facts.expected !== 'accepted') continue;
      for (const identity of facts.identities) {
        expect(owners.get(identity)).toBeUndefined();
        owners.set(identity, facts.key);
      }
    }
  });

  it('makes every line that ends in quarantine unlike any other', () => {
    const quarantined = sent.filter(
      ({ facts }) => facts.expected === 'held' || facts.expected === 'rejected',
    );
    expect(new Set(quarantined.map(({ text }) => text)).size).toBe(quarantined.length);
  });

  it('knows of a disputed receipt which of its two copies is right', () => {
    const named = new Map<string, Transmission[]>();
    for (const one of sent) {
      const name = one.facts.identities[0] ?? '';
      if (['miscopiedSale', 'disputedSale'].includes(one.facts.kind) || one.facts.verdict !== undefined)
        named.set(name, [...(named.get(name) ?? []), one]);
    }
    const verdicts = new Set<string>();
    for (const [name, copies] of named) {
      const first = copies.find(({ facts }) => facts.expected === 'accepted');
      const other = copies.find(({ facts }) => facts.verdict !== undefined);
      if (first === undefined || other === undefined) continue;
      expect(other.requires).toEqual([`confirmed ${name}`]);
      const [told, printed] = [first, other].map(({ text }) => (JSON.parse(text) as SentDocument).lines?.[0]);
      const [, productKey] = first.facts.receipt?.lines[0] ?? [];
      const goods = planChain(options).goods.filter((good) => good.productId === productKey);
      verdicts.add(other.facts.verdict ?? '');
      if (other.facts.verdict === 'keep') expect(told).toEqual(printed);
      else {
        expect(told?.barcode).not.toBe(printed?.barcode);
        expect(goods.map(({ barcode }) => barcode)).toEqual([printed?.barcode]);
      }
    }
    expect([...verdicts].sort()).toEqual(['keep', 'revise']);
  });

  it('states in each close report what the shift holds', () => {
    const fiscal = new Map<string, { receipts: number; documents: number }>();
    for (const { text, facts } of sent) {
      if (!['accepted', 'bound'].includes(facts.expected) && facts.kind !== 'brokenBody') continue;
      const name = facts.identities.find((identity) => identity.startsWith('fn|'));
      if (name === undefined) continue;
      const document = JSON.parse(text) as { type: string; shift: { number: number } };
      const shift = `${name.split('|')[1] ?? ''}/${String(document.shift.number)}`;
      const counts = fiscal.get(shift) ?? { receipts: 0, documents: 0 };
      counts.documents += 1;
      if (document.type === 'receipt') counts.receipts += 1;
      fiscal.set(shift, counts);
    }
    const closed = sent.filter(({ facts }) => facts.kind === 'shiftClosed' && facts.expected === 'accepted');
    expect(closed.length).toBeGreaterThan(10);
    for (const { text, facts } of closed) {
      if (isCloudRegister(facts.registerId)) continue;
      const document = JSON.parse(text) as {
        shift: { number: number };
        closeReport: { receiptCount: number; documentCount: number };
      };
      const shift = `${facts.identities[0]?.split('|')[1] ?? ''}/${String(document.shift.number)}`;
      expect(fiscal.get(shift)).toEqual({
        receipts: document.closeReport.receiptCount,
        documents: document.closeReport.documentCount,
      });
    }
  });

  it('adds up to what the books expect, worked out once more by hand from the texts', () => {
    const truth = new GroundTruth();
    for (const { facts } of sent) truth.add(facts);
    const { totals } = truth;
    expect(totals.documents + totals.repeats).toBe(sent.length);
    const sum = totals.accepted + totals.variants + totals.bound + totals.held;
    const rejected = countBy(sent, ({ facts }) => facts.expected).get('rejected') ?? 0;
    const decided = sent.filter(({ facts }) => facts.verdict !== undefined).length;
    expect(sum + rejected + decided).toBe(totals.documents);
    const released = sent.filter(({ facts }) => facts.heldFirst).length;
    expect(totals.quarantined).toBe(rejected + totals.held + decided + released);
  });
});

/** Its fiscal copies come as a second identity, after the cloud's report. */
function isCloudRegister(registerId: string): boolean {
  return planChain(options).stores.some(({ registers }) =>
    registers.some((register) => register.registerId === registerId && register.cloudSeries !== null),
  );
}
