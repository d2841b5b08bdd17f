import fc from 'fast-check';
import { applyReceipt } from './apply-receipt';
import type { LineDecision } from './decided-effect';
import { stockDeltaMilli } from './movement';
import type { MovementDraft, PostedMovement } from './movement';
import { receiveDelivery } from './receive-delivery';
import { rematchLines, repostLines } from './rematch-lines';

const SEED = { seed: 20_260_302, numRuns: 300 };

const decision = (lineNo: number): fc.Arbitrary<LineDecision> =>
  fc.record({
    lineNo: fc.constant(lineNo),
    productNo: fc.integer({ min: 1, max: 5 }),
    locationNo: fc.constantFrom(1, 2, undefined),
    quantityMilli: fc.integer({ min: 0, max: 1_000_000 }),
    amountKopecks: fc.integer({ min: 0, max: 1_000_000 }),
    stockEffect: fc.constantFrom('out', 'in', 'none', 'unknown'),
  });

const receipt = fc
  .integer({ min: 1, max: 8 })
  .chain((size) => fc.tuple(...Array.from({ length: size }, (_, index) => decision(index + 1))));

function number(drafts: readonly MovementDraft[], after: number): PostedMovement[] {
  return drafts.map((draft, index) => ({ ...draft, movementSeq: after + index + 1 }));
}

function balances(movements: readonly MovementDraft[]): Map<string, number> {
  const result = new Map<string, number>();
  for (const movement of movements) {
    const key = `${String(movement.productNo)}@${String(movement.locationNo)}`;
    const balance = (result.get(key) ?? 0) + stockDeltaMilli(movement);
    if (balance === 0) result.delete(key);
    else result.set(key, balance);
  }
  return result;
}

/** Written from the words of the rule, not from the code: what the lines do to the stock. */
function expected(lines: readonly LineDecision[]): Map<string, number> {
  const result = new Map<string, number>();
  for (const line of lines) {
    const sign = line.stockEffect === 'in' ? 1 : line.stockEffect === 'out' ? -1 : 0;
    const key = `${String(line.productNo)}@${String(line.locationNo ?? 1)}`;
    const balance = (result.get(key) ?? 0) + sign * line.quantityMilli;
    if (balance === 0) result.delete(key);
    else result.set(key, balance);
  }
  return result;
}

describe('movements of a receipt', () => {
  it('are exactly one for each line with a stock effect', () => {
    fc.assert(
      fc.property(receipt, (lines) => {
        const moving = lines.filter((line) => line.stockEffect === 'in' || line.stockEffect === 'out');
        expect(applyReceipt(lines, 1).map((draft) => draft.lineNo)).toEqual(
          moving.map((line) => line.lineNo),
        );
      }),
      SEED,
    );
  });

  it('change the stock by what the lines say', () => {
    fc.assert(
      fc.property(receipt, (lines) => {
        expect(balances(applyReceipt(lines, 1))).toEqual(expected(lines));
      }),
      SEED,
    );
  });
});

describe('lines decided anew', () => {
  it('leave the stock as if the last decision had been the first, however often', () => {
    const changes = fc.array(fc.tuple(fc.integer({ min: 0, max: 7 }), decision(1)), { maxLength: 6 });
    fc.assert(
      fc.property(receipt, changes, (lines, rounds) => {
        const now: LineDecision[] = [...lines];
        let posted = number(applyReceipt(lines, 1), 0);
        for (const [index, change] of rounds) {
          const line = index % now.length;
          const anew = { ...change, lineNo: line + 1 };
          now[line] = anew;
          posted = [
            ...posted,
            ...number(rematchLines(posted, { lines: [anew], locationNo: 1 }), posted.length),
          ];
        }
        expect(balances(posted)).toEqual(expected(now));
      }),
      SEED,
    );
  });

  it('name the movement that they reverse and the one that they replace', () => {
    const line: LineDecision = {
      lineNo: 1,
      productNo: 9,
      locationNo: 1,
      quantityMilli: 2000,
      amountKopecks: 500,
      stockEffect: 'out',
    };
    const posted = number(applyReceipt([line], 1), 40);
    const [reversal, anew] = rematchLines(posted, { lines: [{ ...line, productNo: 3 }], locationNo: 1 });
    expect(reversal).toMatchObject({
      leg: 0,
      productNo: 9,
      debit: 'stock',
      credit: 'customers',
      reverses: 41,
    });
    expect(anew).toMatchObject({ leg: 1, productNo: 3, debit: 'customers', credit: 'stock', reverses: 41 });
  });
});

describe('a receipt through its life', () => {
  type Step =
    | { readonly kind: 'revise'; readonly lines: readonly LineDecision[] }
    | { readonly kind: 'decide'; readonly lines: readonly LineDecision[] }
    | { readonly kind: 'withdraw' };

  const step: fc.Arbitrary<Step> = fc.oneof(
    receipt.map((lines): Step => ({ kind: 'revise', lines })),
    fc
      .uniqueArray(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 4 })
      .chain((lineNos) => fc.tuple(...lineNos.map(decision)))
      .map((lines): Step => ({ kind: 'decide', lines })),
    fc.constant<Step>({ kind: 'withdraw' }),
  );

  /** Of each line what was said last, in words: a revision says all, a decision says some, a withdrawal nothing. */
  function saidLast(first: readonly LineDecision[], steps: readonly Step[]): LineDecision[] {
    let said = new Map(first.map((line) => [line.lineNo, line]));
    for (const event of steps) {
      if (event.kind === 'withdraw') said = new Map();
      else if (event.kind === 'revise') said = new Map(event.lines.map((line) => [line.lineNo, line]));
      else for (const line of event.lines) said.set(line.lineNo, line);
    }
    return [...said.values()];
  }

  /** By line, what its movements come to: more than the stock, which two lines of one product share. */
  function netByLine(movements: readonly MovementDraft[]): Map<string, number> {
    const net = new Map<string, number>();
    for (const { lineNo, productNo, locationNo, amountKopecks, ...movement } of movements) {
      const delta = stockDeltaMilli(movement);
      const sign = movement.debit === 'stock' ? 1 : -1;
      for (const [measure, change] of [
        ['quantity', delta],
        ['amount', sign * amountKopecks],
      ] as const) {
        const key = `${measure} of ${String(lineNo)}: ${String(productNo)}@${String(locationNo)}`;
        const sum = (net.get(key) ?? 0) + change;
        if (sum === 0) net.delete(key);
        else net.set(key, sum);
      }
    }
    return net;
  }

  function expectedByLine(lines: readonly LineDecision[]): Map<string, number> {
    const net = new Map<string, number>();
    for (const line of lines) {
      const sign = line.stockEffect === 'in' ? 1 : line.stockEffect === 'out' ? -1 : 0;
      const place = `${String(line.lineNo)}: ${String(line.productNo)}@${String(line.locationNo ?? 1)}`;
      if (sign * line.quantityMilli !== 0) net.set(`quantity of ${place}`, sign * line.quantityMilli);
      if (sign * line.amountKopecks !== 0) net.set(`amount of ${place}`, sign * line.amountKopecks);
    }
    return net;
  }

  it('leaves for every line the net of what its last revision and decision say', () => {
    fc.assert(
      fc.property(receipt, fc.array(step, { maxLength: 8 }), (first, steps) => {
        let posted = number(applyReceipt(first, 1), 0);
        for (const event of steps) {
          const decided = { lines: event.kind === 'withdraw' ? [] : event.lines, locationNo: 1 };
          const drafts =
            event.kind === 'decide' ? rematchLines(posted, decided) : repostLines(posted, decided);
          posted = [...posted, ...number(drafts, posted.length)];
        }
        expect(netByLine(posted)).toEqual(expectedByLine(saidLast(first, steps)));
      }),
      SEED,
    );
  });

  it('takes back each movement at most once, and names it', () => {
    fc.assert(
      fc.property(receipt, fc.array(receipt, { maxLength: 5 }), (first, revisions) => {
        let posted = number(applyReceipt(first, 1), 0);
        for (const lines of revisions) {
          posted = [...posted, ...number(repostLines(posted, { lines, locationNo: 1 }), posted.length)];
        }
        const reversed = posted.flatMap(({ leg, reverses }) =>
          leg === 0 && reverses !== null ? [reverses] : [],
        );
        expect(new Set(reversed).size).toBe(reversed.length);
        for (const movementSeq of reversed) expect(posted[movementSeq - 1]?.movementSeq).toBe(movementSeq);
      }),
      SEED,
    );
  });
});

describe('a delivery', () => {
  it('comes from the supplier into the stock', () => {
    const lines = [{ lineNo: 1, productNo: 4, quantityMilli: 12_000, amountKopecks: 0, costKopecks: 90_000 }];
    expect(balances(receiveDelivery(lines, 7))).toEqual(new Map([['4@7', 12_000]]));
  });
});
