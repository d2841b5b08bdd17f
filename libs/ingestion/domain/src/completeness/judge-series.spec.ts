import type { SeriesCase } from './judge-series';
import { judgeSeries } from './judge-series';
import { emptySeries, foldArrival } from './series-facts';
import type { SeriesArrival, SeriesFacts, StatedEnd } from './series-facts';
import { emptyShift, mergeShifts, noSums, noteRun } from './shift-facts';
import type { CloseMark, ShiftFacts } from './shift-facts';

type Report = NonNullable<CloseMark['report']>;

/** What arrives in these specs: `o` opening, `c` close report, `r3` receipt 3 (1042), `x` another ФД. */
interface Arriving {
  readonly number: number;
  readonly shift: number;
  readonly what: 'o' | 'c' | 'x' | `r${number}`;
  readonly report?: Report;
}

const MINUTE_MS = 60_000;

function shiftOf({ number, shift, what, report }: Arriving): ShiftFacts {
  const facts = emptyShift(shift);
  const receiptFrom = what.startsWith('r') ? Number(what.slice(1)) : null;
  const atMs = number * MINUTE_MS;
  noteRun(facts, { from: number, to: number, receiptFrom, ledgerMs: atMs });
  if (receiptFrom !== null) facts.sums.sale = { ...noSums(), receiptCount: 1, totalKopecks: 100 };
  if (what === 'o') facts.opened = { number, atMs };
  if (what === 'c') facts.closed = { number, atMs, report: report ?? null };
  return facts;
}

function document(number: number, shift: number, what: Arriving['what']): Arriving {
  return { number, shift, what };
}

function closing(number: number, shift: number, report: Report): Arriving {
  return { number, shift, what: 'c', report };
}

interface Given extends Partial<SeriesCase> {
  readonly others?: readonly Omit<SeriesArrival, 'shifts'>[];
}

function judge(arriving: readonly Arriving[], { others = [], ...overrides }: Given = {}) {
  const shifts = new Map<number, ShiftFacts>();
  let facts: SeriesFacts = emptySeries();
  for (const one of arriving) {
    const arrived = shiftOf(one);
    const known = shifts.get(one.shift);
    shifts.set(one.shift, known === undefined ? arrived : mergeShifts(known, arrived));
    facts = foldArrival(facts, { shifts: [arrived] });
  }
  for (const other of others) facts = foldArrival(facts, { shifts: [], ...other });
  return judgeSeries({
    scheme: 'fn',
    numbering: 'dense',
    windows: [],
    facts,
    shifts: [...shifts.values()],
    held: [],
    documentCountSlack: 2,
    nowMs: 1_000_000_000,
    tailGraceMs: 0,
    ...overrides,
  });
}

const N = (receiptCount: number, totals: Report['totals'] = []): Report => ({ receiptCount, totals });
const whole = [document(10, 1, 'o'), document(11, 1, 'r1'), document(12, 1, 'r2'), closing(13, 1, N(2))];

function stated(lastNumber: number, unsent: number | null = 0): { stated: StatedEnd } {
  const atMs = 500 * MINUTE_MS;
  return { stated: { lastNumber, unsent, atMs, receivedMs: 0, basis: 'heartbeat' } };
}

describe('a shift', () => {
  it('is complete by its close report', () => {
    const judged = judge(whole);
    expect(judged).toMatchObject({
      status: 'complete',
      basis: 'closeReport',
      completeUpToMs: 13 * MINUTE_MS,
    });
    expect(judged.shifts).toMatchObject([
      { settled: true, statement: { status: 'complete', basis: 'closeReport', expected: 2, have: 2 } },
    ]);
  });

  it('is open while nothing is missing and nobody says where it ends', () => {
    const judged = judge(whole.slice(0, 3));
    expect(judged).toMatchObject({ status: 'open', basis: 'documents', completeUpToMs: 12 * MINUTE_MS });
    expect(judged.shifts[0]).toMatchObject({ settled: false, statement: { status: 'open', expected: null } });
  });

  it('is complete by the next shift when only its close report can be missing', () => {
    const judged = judge([...whole.slice(0, 3), document(14, 2, 'o')]);
    expect(judged.holes).toMatchObject([{ from: 13, to: 13, state: 'closed', class: 'noReceipts' }]);
    expect(judged.holes[0]?.reason).toBe('shiftReportsOnly');
    expect(judged.shifts[0]?.statement).toMatchObject({
      status: 'complete',
      basis: 'nextShift',
      expected: 2,
    });
  });

  it('is incomplete when its close report counts more than there is, though no number is missing', () => {
    const judged = judge([...whole.slice(0, 3), closing(13, 1, N(3))]);
    expect(judged).toMatchObject({ status: 'incomplete', holes: [] });
    expect(judged.shifts[0]?.statement.report?.differences).toEqual([
      { origin: 'closeReport', operation: null, measure: 'receiptCount', stated: 3, counted: 2 },
    ]);
  });

  it('that was joined in mid-life is unprovable, and its series has a `since`', () => {
    const judged = judge([document(40, 5, 'r7'), document(41, 5, 'r8'), closing(42, 5, N(8))]);
    expect(judged).toMatchObject({ since: 40, expected: 3, have: 3, holes: [] });
    expect(judged.shifts[0]?.statement).toMatchObject({ status: 'unprovable', report: { result: 'none' } });
  });

  it('of a ФН that died is unprovable; with an act for it the series is done', () => {
    const ended = { how: 'failed' as const, lastNumber: null, act: null };
    const dead = judge(whole.slice(0, 3), { others: [{ ended }] });
    expect(dead.status).toBe('unprovable');
    expect(dead.shifts[0]?.statement).toMatchObject({ status: 'unprovable', basis: null });
    const closed = judge(whole.slice(0, 3), { others: [{ ended: { ...ended, act: '№ 7' } }, stated(20)] });
    expect(closed.holes).toMatchObject([{ from: 13, to: 20, state: 'closed', reason: 'closedByAct' }]);
    expect(closed.shifts[0]?.statement.basis).toBe('act');
  });
});

describe('a hole', () => {
  const holesOf = (arriving: readonly Arriving[], given: Given = {}) => judge(arriving, given).holes;

  it('between receipts of one shift holds as many receipts as 1042 leaves out', () => {
    const begin = [document(10, 1, 'o'), document(11, 1, 'r1')];
    expect(holesOf([...begin, document(14, 1, 'r4')])).toMatchObject([
      { from: 12, to: 13, state: 'open', class: 'receipts', receiptsMin: 2, receiptsMax: 2, shiftNumber: 1 },
    ]);
    expect(holesOf([...begin, document(14, 1, 'r3')])).toMatchObject([
      { class: 'someReceipts', receiptsMin: 1, receiptsMax: 1 },
    ]);
    expect(holesOf([...begin, document(14, 1, 'r2')])).toMatchObject([
      { state: 'closed', class: 'noReceipts', reason: 'betweenConsecutiveReceipts' },
    ]);
  });

  it('in front of the close report holds what 1118 counts beyond the last receipt', () => {
    const begin = [document(10, 1, 'o'), document(11, 1, 'r1')];
    expect(holesOf([...begin, closing(14, 1, N(2))])).toMatchObject([{ receiptsMin: 1, receiptsMax: 1 }]);
    expect(holesOf([...begin, closing(14, 1, N(1))])).toMatchObject([{ state: 'closed' }]);
    const uncounted: Report = { receiptCount: null, totals: [] };
    expect(holesOf([...begin, closing(14, 1, uncounted)])).toMatchObject([
      { class: 'possibleReceipts', receiptsMin: 0, receiptsMax: 2 },
    ]);
  });

  it('of several that share the missing receipts says at least and at most', () => {
    const broken = [document(10, 1, 'o'), document(11, 1, 'r1'), document(14, 1, 'x'), document(16, 1, 'r4')];
    expect(holesOf(broken)).toMatchObject([
      { from: 12, to: 13, receiptsMin: 1, receiptsMax: 2, class: 'someReceipts' },
      { from: 15, to: 15, receiptsMin: 0, receiptsMax: 1, class: 'possibleReceipts' },
    ]);
  });

  it('between two shifts holds none when only their reports fit in, or when 1042 says so', () => {
    const first = whole.slice(0, 3);
    expect(holesOf([...first, document(15, 2, 'r1')])).toMatchObject([
      { from: 13, to: 14, state: 'closed', reason: 'shiftReportsOnly' },
    ]);
    expect(holesOf([...first, document(16, 2, 'r1')])).toMatchObject([
      { state: 'open', class: 'possibleReceipts', receiptsMin: 0, receiptsMax: 1 },
    ]);
    expect(holesOf([...first, document(17, 3, 'o')])).toMatchObject([
      { state: 'open', receiptsMin: 0, receiptsMax: 1 },
    ]);
    expect(holesOf([...whole, document(20, 2, 'o')])).toMatchObject([{ state: 'closed' }]);
    expect(holesOf([...whole, document(17, 2, 'r2')])).toMatchObject([
      { from: 14, to: 16, receiptsMin: 1, receiptsMax: 1, shiftNumber: 2 },
    ]);
  });

  it('behind the last document is there only because the sender says so, and after its grace', () => {
    const open = whole.slice(0, 3);
    expect(holesOf(open, { others: [stated(14)] })).toMatchObject([
      { from: 13, to: 14, class: 'tail', reason: 'missing', receiptsMax: 2 },
    ]);
    expect(holesOf(open, { others: [stated(14, 2)] })).toMatchObject([{ reason: 'inSpool' }]);
    const early = judge(open, { others: [stated(14)], nowMs: 10, tailGraceMs: 50 });
    expect(early).toMatchObject({ holes: [], status: 'open', lookAgainMs: 50 });
  });

  it('that a person wrote off is missing no more; its shift is unprovable', () => {
    const arriving = whole.filter(({ number }) => number !== 11);
    const judged = judge(arriving, { others: [{ writtenOff: [{ from: 11, to: 11 }] }] });
    expect(judged).toMatchObject({ holes: [], expected: 4, have: 3 });
    expect(judged.shifts[0]?.statement).toMatchObject({ status: 'unprovable', basis: 'act' });
  });
});

describe('a series', () => {
  it('is complete up to the clock of a register whose last number is here', () => {
    const judged = judge(whole.slice(0, 3), { others: [stated(12)] });
    expect(judged).toMatchObject({ status: 'complete', basis: 'heartbeat', completeUpToMs: 500 * MINUTE_MS });
  });

  it('is complete up to the document in front of the first hole', () => {
    const judged = judge([...whole.slice(0, 2), closing(13, 1, N(2))], { others: [stated(13)] });
    expect(judged).toMatchObject({
      status: 'incomplete',
      completeUpToMs: 11 * MINUTE_MS,
      basis: 'documents',
    });
  });

  it('of which the register has a range only asks for nothing outside of it', () => {
    const arriving = [document(10, 1, 'o'), document(11, 1, 'r1'), document(30, 1, 'r2')];
    const windows = [
      { fromNumber: 10, toNumber: 11 },
      { fromNumber: 30, toNumber: null },
    ];
    expect(judge(arriving, { windows })).toMatchObject({ holes: [], expected: 3, have: 3 });
  });

  it('that is registered from a number on lacks what is before the first one received', () => {
    const windows = [{ fromNumber: 8, toNumber: null }];
    expect(judge(whole, { windows })).toMatchObject({
      since: 8,
      completeUpToMs: null,
      status: 'incomplete',
      holes: [{ from: 8, to: 9, class: 'possibleReceipts' }],
    });
  });

  it('of receipts only lacks a receipt for each number', () => {
    const arriving = [document(1, 1, 'r1'), document(4, 1, 'r4')];
    expect(judge(arriving, { scheme: 'till', numbering: 'receiptsOnly' }).holes).toMatchObject([
      { from: 2, to: 3, class: 'receipts', receiptsMin: 2, receiptsMax: 2 },
    ]);
  });

  it('without order is unprovable until somebody says up to when it was pulled', () => {
    const opaque = { numbering: 'opaque' as const, scheme: 'evotor' };
    expect(judge([], { ...opaque, others: [{ opaqueDocuments: 3 }] })).toMatchObject({
      status: 'unprovable',
      completeUpToMs: null,
      have: 3,
    });
    const statedTime = { upToMs: 77, basis: 'pollWindow' as const };
    expect(judge([], { ...opaque, others: [{ statedTime }] })).toMatchObject({
      status: 'complete',
      basis: 'pollWindow',
      completeUpToMs: 77,
    });
  });

  it('of which nothing but held documents came is judged by their numbers', () => {
    const judged = judge([], {
      held: [
        { from: 5, to: 5 },
        { from: 8, to: 8 },
      ],
    });
    expect(judged).toMatchObject({ since: 5, expected: 4, have: 2, completeUpToMs: null });
    expect(judged.holes).toMatchObject([{ from: 6, to: 7, state: 'open' }]);
  });

  it('counts what stands in quarantine as received, and waits for it before it compares', () => {
    const arriving = whole.filter(({ number }) => number !== 11);
    const judged = judge(arriving, { held: [{ from: 11, to: 11 }] });
    expect(judged).toMatchObject({ holes: [], have: 4, status: 'complete' });
    expect(judged.shifts[0]).toMatchObject({ settled: false, statement: { report: { result: 'pending' } } });
  });
});

describe('a series whose first documents are lost', () => {
  const NEW = { windows: [{ fromNumber: 1, toNumber: null }] };
  const late = [document(6, 1, 'r4'), document(7, 1, 'r5')];

  it('says that its beginning is unknown, and how many receipts of the shift it lacks at least', () => {
    expect(judge(late)).toMatchObject({ since: 6, beginning: 'unknown', receiptsBefore: 3, holes: [] });
  });

  it('names the hole where the ФН is registered as new, and a person may say so as well', () => {
    const hole = { from: 1, to: 5, state: 'open', class: 'someReceipts', receiptsMin: 3, receiptsMax: 3 };
    expect(judge(late, NEW)).toMatchObject({
      ...{ since: 1, beginning: 'registered', receiptsBefore: 0, completeUpToMs: null },
      holes: [hole],
    });
    const declared = judge(late, { others: [{ beginning: 1 }] });
    expect(declared).toMatchObject({ since: 1, beginning: 'declared', holes: [hole] });
  });

  it('lacks no receipt where only the report of registration and the opening of the shift fit in', () => {
    expect(judge([document(3, 1, 'r1')], NEW).holes).toMatchObject([
      { from: 1, to: 2, state: 'closed', class: 'noReceipts', reason: 'registrationReport' },
    ]);
    expect(judge([document(2, 1, 'o')], NEW).holes).toMatchObject([{ from: 1, to: 1, state: 'closed' }]);
  });

  it('may have had shifts before one that is numbered 1: a registration begins them anew', () => {
    expect(judge([document(9, 1, 'o')], NEW).holes).toMatchObject([
      { from: 1, to: 8, state: 'open', class: 'possibleReceipts', receiptsMin: 0, receiptsMax: 7 },
    ]);
  });

  it('begins where nothing can stand in front', () => {
    expect(judge([document(1, 1, 'x'), document(2, 1, 'o')])).toMatchObject({
      since: 1,
      beginning: 'firstNumber',
    });
  });
});

it('takes 1111 as exactly as its registration says', () => {
  const counted = (documentCount: number, documentCountSlack: number) =>
    judge([...whole.slice(0, 3), closing(13, 1, { ...N(2), documentCount })], { documentCountSlack })
      .shifts[0]?.statement.report?.differences;
  const difference = (stated: number) => [
    { origin: 'closeReport', operation: null, measure: 'documentCount', stated, counted: 4 },
  ];
  expect([counted(2, 2), counted(4, 2), counted(4, 0)]).toEqual([[], [], []]);
  expect(counted(1, 2)).toEqual(difference(1));
  expect(counted(3, 0)).toEqual(difference(3));
  expect(counted(5, 2)).toEqual(difference(5));
});
