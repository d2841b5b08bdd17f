import fc from 'fast-check';
import { judgeSeries } from './judge-series';
import type { JudgedSeries, SeriesCase } from './judge-series';
import { emptySeries, foldArrival } from './series-facts';
import type { SeriesFacts } from './series-facts';
import { emptyShift, mergeShifts, noSums, noteRun } from './shift-facts';
import type { ShiftFacts } from './shift-facts';

/**
 * The oracle knows a ФН by heart: every number and what stands under it. It knows nothing of runs, anchors or holes;
 * it counts, number by number, what was delivered.
 */
interface TrueDocument {
  readonly number: number;
  readonly shift: number;
  readonly what: 'registration' | 'opening' | 'receipt' | 'other' | 'closing';
  /** 1042. */
  readonly receipt: number;
  readonly kopecks: number;
  /** 1118, of a closing. */
  readonly count: number;
}

const shiftShape = fc.array(fc.constantFrom('receipt' as const, 'receipt' as const, 'other' as const), {
  minLength: 0,
  maxLength: 6,
});

const drive = fc.record({
  since: fc.integer({ min: 1, max: 50 }),
  shifts: fc.array(shiftShape, { minLength: 1, maxLength: 4 }),
});

function documentsOf({
  since,
  shifts,
}: {
  since: number;
  shifts: readonly ('receipt' | 'other')[][];
}): TrueDocument[] {
  const documents: TrueDocument[] = [];
  let number = since;
  shifts.forEach((content, index) => {
    const shift = index + 1;
    let receipt = 0;
    const add = (what: TrueDocument['what'], count = 0): void => {
      if (what === 'receipt') receipt += 1;
      documents.push({ number, shift, what, receipt, kopecks: number * 7, count });
      number += 1;
    };
    add('opening');
    for (const what of content) add(what);
    add('closing', receipt);
  });
  return documents;
}

function arrivalOf({ number, shift, what, receipt, kopecks, count }: TrueDocument): ShiftFacts {
  const facts = emptyShift(what === 'registration' ? null : shift);
  const receiptFrom = what === 'receipt' ? receipt : null;
  noteRun(facts, { from: number, to: number, receiptFrom, ledgerMs: number * 1000 });
  if (what === 'receipt') facts.sums.sale = { ...noSums(), receiptCount: 1, totalKopecks: kopecks };
  if (what === 'opening') facts.opened = { number, atMs: number * 1000 };
  if (what === 'closing') {
    facts.closed = { number, atMs: number * 1000, report: { receiptCount: count, totals: [] } };
  }
  return facts;
}

/** Judged after each batch, as it is in life: what was explained stays explained. */
function judgeInBatches(
  batches: readonly (readonly TrueDocument[])[],
  windows: SeriesCase['windows'] = [],
): JudgedSeries {
  let facts: SeriesFacts = emptySeries();
  const shifts = new Map<number, ShiftFacts>();
  let judged: JudgedSeries | null = null;
  for (const batch of batches) {
    for (const document of batch) {
      const arrived = arrivalOf(document);
      const known = shifts.get(document.shift);
      shifts.set(document.shift, known === undefined ? arrived : mergeShifts(known, arrived));
      facts = foldArrival(facts, { shifts: [arrived] });
    }
    judged = judgeSeries({
      scheme: 'fn',
      numbering: 'dense',
      windows,
      facts,
      shifts: [...shifts.values()],
      held: [],
      documentCountSlack: 2,
      nowMs: 0,
      tailGraceMs: 0,
    });
    ({ facts } = judged);
  }
  if (judged === null) throw new Error('nothing was delivered');
  return judged;
}

function inBatches<T>(items: readonly T[], size: number): T[][] {
  const batches: T[][] = [];
  for (let at = 0; at < items.length; at += size) batches.push(items.slice(at, at + size));
  return batches;
}

const delivery = drive.chain((shape) => {
  const documents = documentsOf(shape);
  return fc.record({
    documents: fc.constant(documents),
    order: fc.shuffledSubarray(documents, { minLength: 1 }),
    batchSize: fc.integer({ min: 1, max: 5 }),
  });
});

const runs = { seed: 20_261_124, numRuns: 400 };

it('never overlooks a receipt that is missing between two documents, and never counts one that is not there', () => {
  fc.assert(
    fc.property(delivery, ({ documents, order, batchSize }) => {
      const judged = judgeInBatches(inBatches(order, batchSize));
      const here = new Set(order.map(({ number }) => number));
      const first = Math.min(...here);
      const last = Math.max(...here);
      const lost = documents.filter(({ number }) => number > first && number < last && !here.has(number));
      const lostReceipts = lost.filter(({ what }) => what === 'receipt');
      const open = judged.holes.filter(({ state }) => state === 'open');
      for (const { number } of lostReceipts) {
        expect(open.some(({ from, to }) => from <= number && number <= to)).toBe(true);
      }
      for (const hole of open) {
        const inside = lostReceipts.filter(({ number }) => hole.from <= number && number <= hole.to).length;
        expect(hole.receiptsMin).toBeLessThanOrEqual(inside);
        expect(hole.receiptsMax).toBeGreaterThanOrEqual(inside);
      }
      expect(judged.have).toBe(here.size);
      expect(judged.expected).toBe(last - first + 1);
    }),
    runs,
  );
});

it('calls a shift complete only when each of its receipts is here, and says so when all of it is', () => {
  fc.assert(
    fc.property(delivery, ({ documents, order, batchSize }) => {
      const judged = judgeInBatches(inBatches(order, batchSize));
      const here = new Set(order.map(({ number }) => number));
      for (const { statement } of judged.shifts) {
        const own = documents.filter(({ shift }) => shift === statement.number);
        const receipts = own.filter(({ what }) => what === 'receipt');
        const allReceipts = receipts.every(({ number }) => here.has(number));
        const everything = own.every(({ number }) => here.has(number));
        if (statement.status === 'complete') expect(allReceipts).toBe(true);
        if (everything) expect(statement).toMatchObject({ status: 'complete', basis: 'closeReport' });
        expect(statement.have).toBe(receipts.filter(({ number }) => here.has(number)).length);
      }
    }),
    runs,
  );
});

it('is complete up to a moment only when everything in front of it is here', () => {
  fc.assert(
    fc.property(delivery, ({ documents, order, batchSize }) => {
      const judged = judgeInBatches(inBatches(order, batchSize));
      const here = new Set(order.map(({ number }) => number));
      const first = Math.min(...here);
      const upTo = (judged.completeUpToMs ?? 0) / 1000;
      const lost = documents.filter(
        ({ number, what }) => number > first && number <= upTo && what === 'receipt' && !here.has(number),
      );
      expect(lost).toEqual([]);
    }),
    runs,
  );
});

it('says the same in the end, whatever the order and the batches in which documents came', () => {
  fc.assert(
    fc.property(
      delivery.chain((given) =>
        fc.record({
          one: fc.constant(given),
          again: fc.shuffledSubarray(given.order, { minLength: given.order.length }),
          batchSize: fc.integer({ min: 1, max: 7 }),
        }),
      ),
      ({ one, again, batchSize }) => {
        const first = judgeInBatches(inBatches(one.order, one.batchSize));
        const second = judgeInBatches(inBatches(again, batchSize));
        const said = ({ holes, facts: _facts, ...rest }: JudgedSeries) => ({
          ...rest,
          holes: holes.filter(({ state }) => state === 'open'),
        });
        expect(said(second)).toEqual(said(first));
      },
    ),
    runs,
  );
});

it('never overlooks a lost receipt of a ФН that is registered as new, its first ones included', () => {
  const registration = {
    number: 1,
    shift: 0,
    what: 'registration',
    receipt: 0,
    kopecks: 0,
    count: 0,
  } as const;
  const begun = fc
    .tuple(fc.array(shiftShape, { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(([shifts, again]) => {
      const documents = documentsOf({ since: 2, shifts });
      if (!again) return [registration, ...documents];
      // Registered once more: its shifts are numbered anew.
      const since = documents.length + 3;
      const more = documentsOf({ since, shifts }).map((one) => ({
        ...one,
        shift: one.shift + shifts.length,
      }));
      return [registration, ...documents, { ...registration, number: since - 1 }, ...more];
    })
    .chain((documents) =>
      fc.record({
        documents: fc.constant(documents),
        order: fc.shuffledSubarray(documents, { minLength: 1 }),
      }),
    );
  fc.assert(
    fc.property(begun, ({ documents, order }) => {
      const judged = judgeInBatches(inBatches(order, 3), [{ fromNumber: 1, toNumber: null }]);
      const here = new Set(order.map(({ number }) => number));
      const last = Math.max(...here);
      const lost = documents.filter(
        ({ number, what }) => what === 'receipt' && number < last && !here.has(number),
      );
      const open = judged.holes.filter(({ state }) => state === 'open');
      for (const { number } of lost) {
        expect(open.some(({ from, to }) => from <= number && number <= to)).toBe(true);
      }
      for (const hole of open) {
        const inside = lost.filter(({ number }) => hole.from <= number && number <= hole.to).length;
        expect(hole.receiptsMin).toBeLessThanOrEqual(inside);
        expect(hole.receiptsMax).toBeGreaterThanOrEqual(inside);
      }
      expect(judged.expected).toBe(last);
    }),
    runs,
  );
});
