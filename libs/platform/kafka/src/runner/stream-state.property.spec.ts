import fc from 'fast-check';
import { decide, stateAfter } from './stream-state';
import type { StreamPlace, StreamState, Verdict } from './stream-state';

/**
 * The naive model: the owner's whole history is known, a consumer has applied a prefix of it, and a record may be
 * applied exactly when it is the next of the history. It remembers whole lists where the real one keeps two integers.
 */
interface Event {
  readonly epoch: number;
  readonly seq: number;
  readonly kind: 'known' | 'unknown' | 'mustUnderstand' | 'closes';
}

function historyOf(epochs: readonly (readonly Event['kind'][])[]): Event[] {
  return epochs.flatMap((kinds, index) => {
    const body = kinds.map((kind, position): Event => ({ epoch: index + 1, seq: position + 1, kind }));
    return [...body, { epoch: index + 1, seq: kinds.length + 1, kind: 'closes' as const }];
  });
}

function placeOf(event: Event): StreamPlace {
  return {
    epoch: event.epoch,
    seq: event.seq,
    known: event.kind === 'known' || event.kind === 'closes',
    mustUnderstand: event.kind === 'mustUnderstand',
    closes: event.kind === 'closes',
  };
}

function naiveVerdict(history: readonly Event[], applied: readonly Event[], event: Event): Verdict {
  const startedIn = applied[0]?.epoch;
  if (startedIn === undefined ? false : event.epoch < startedIn || applied.includes(event)) return 'repeat';
  const last = applied.at(-1);
  const next = last === undefined ? undefined : history[history.indexOf(last) + 1];
  const fits = last === undefined ? event.seq === 1 : event === next;
  if (!fits) return 'hole';
  if (event.kind === 'mustUnderstand') return 'mustUnderstand';
  return event.kind === 'unknown' ? 'unknown' : 'apply';
}

const kinds = fc.array(
  fc.oneof(
    { weight: 20, arbitrary: fc.constant('known' as const) },
    fc.constantFrom('unknown', 'mustUnderstand'),
  ),
  { maxLength: 12 },
);
/** Deliveries walk along the history with repeats, jumps and returns, as republication and re-reading do. */
const steps = fc.array(fc.oneof({ weight: 6, arbitrary: fc.constant(1) }, fc.integer({ min: -6, max: 4 })), {
  maxLength: 60,
});

describe('what a consumer decides about a record of a stream', () => {
  it('agrees with a model that remembers everything', () => {
    fc.assert(
      fc.property(fc.array(kinds, { minLength: 1, maxLength: 3 }), steps, (epochs, walk) => {
        const history = historyOf(epochs);
        const applied: Event[] = [];
        let state: StreamState | null = null;
        let at = 0;
        for (const [offset, step] of [0, ...walk].entries()) {
          at = Math.min(Math.max(at + step, 0), history.length - 1);
          const event = history[at];
          if (event === undefined) return;
          const verdict = decide(state, placeOf(event));
          expect(verdict).toBe(naiveVerdict(history, applied, event));
          state = stateAfter(state, placeOf(event), { verdict, offset });
          if (verdict === 'apply' || verdict === 'unknown') applied.push(event);
          expect(state.halt === null || state.halt.atOffset <= offset).toBe(true);
        }
      }),
      { seed: 20261124, numRuns: 2_000 },
    );
  });

  it('every event of a history is applied once, however it is repeated, once the whole of it came in order', () => {
    const harmless = fc.array(fc.constantFrom('known' as const, 'unknown' as const), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(harmless, { minLength: 1, maxLength: 3 }), steps, (epochs, walk) => {
        const history = historyOf(epochs);
        const applied: Event[] = [];
        let state: StreamState | null = null;
        let at = 0;
        const noise = walk.map((step) => (at = Math.min(Math.max(at + step, 0), history.length - 1)));
        const deliveries = [...noise, ...history.keys()];
        for (const [offset, index] of deliveries.entries()) {
          const event = history[index];
          if (event === undefined) return;
          const verdict = decide(state, placeOf(event));
          state = stateAfter(state, placeOf(event), { verdict, offset });
          if (verdict === 'apply' || verdict === 'unknown') applied.push(event);
        }
        const first = history.indexOf(applied[0] ?? history[0] ?? { epoch: 0, seq: 0, kind: 'known' });
        expect(applied).toEqual(history.slice(first));
        expect(state?.halt).toBeNull();
      }),
      { seed: 20261124, numRuns: 2_000 },
    );
  });
});

describe('a halt', () => {
  const place = (seq: number): StreamPlace => ({
    epoch: 1,
    seq,
    known: true,
    mustUnderstand: false,
    closes: false,
  });
  const after = (state: StreamState | null, seq: number, offset: number) =>
    stateAfter(state, place(seq), { verdict: decide(state, place(seq)), offset });

  it('names the missing sequence and the first record that could not follow, and ends by itself', () => {
    const applied = after(null, 1, 10);
    const halted = after(after(applied, 4, 11), 5, 12);
    expect(halted).toEqual({
      epoch: 1,
      seq: 1,
      closed: false,
      halt: { expectedSeq: 2, atOffset: 11, reason: 'hole' },
    });
    expect(after(halted, 2, 13)).toEqual({ epoch: 1, seq: 2, closed: false, halt: null });
  });

  it('a stream that does not begin at 1 halts and starts when 1 arrives', () => {
    const halted = after(null, 3, 5);
    expect(halted.halt).toEqual({ expectedSeq: 1, atOffset: 5, reason: 'hole' });
    expect(after(halted, 1, 9)).toMatchObject({ seq: 1, halt: null });
  });
});
