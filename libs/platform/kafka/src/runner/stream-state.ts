/** Why a stream is passed over until the expected sequence arrives. */
export type HaltReason = 'hole' | 'mustUnderstand';

export interface StreamHalt {
  readonly expectedSeq: number;
  /** Offset of the record that could not follow. */
  readonly atOffset: number;
  readonly reason: HaltReason;
}

/** What a consumer has applied of one stream. `seq` 0 = nothing yet. */
export interface StreamState {
  readonly epoch: number;
  readonly seq: number;
  /** True after the event that ends the epoch: the next event is (epoch + 1, 1). */
  readonly closed: boolean;
  readonly halt: StreamHalt | null;
}

/** A record's place in its stream, and whether the consumer knows its type. */
export interface StreamPlace {
  readonly epoch: number;
  readonly seq: number;
  readonly known: boolean;
  readonly mustUnderstand: boolean;
  readonly closes: boolean;
}

/**
 * - `apply`: next in its stream, a known type.
 * - `unknown`: next in its stream; its type may be passed over, its sequence counts as applied.
 * - `repeat`: already applied.
 * - `hole`, `mustUnderstand`: cannot be applied; the stream halts, or stays halted.
 */
export type Verdict = 'apply' | 'unknown' | 'repeat' | HaltReason;

/** Decides about one record. Null state = no applied row. */
export function decide(state: StreamState | null, place: StreamPlace): Verdict {
  const order = orderOf(state, place);
  if (order !== 'next') return order;
  if (place.known) return 'apply';
  return place.mustUnderstand ? 'mustUnderstand' : 'unknown';
}

/** The state after a verdict at the record's offset; the same object when nothing changed. */
export function stateAfter(
  state: StreamState | null,
  place: StreamPlace,
  outcome: { readonly verdict: Verdict; readonly offset: number },
): StreamState {
  const { verdict, offset } = outcome;
  if (verdict === 'apply' || verdict === 'unknown') {
    return { epoch: place.epoch, seq: place.seq, closed: place.closes, halt: null };
  }
  const current = state ?? { epoch: place.epoch, seq: 0, closed: false, halt: null };
  if (verdict === 'repeat' || current.halt !== null) return current;
  return { ...current, halt: { expectedSeq: expectedSeqOf(current), atOffset: offset, reason: verdict } };
}

function orderOf(state: StreamState | null, place: StreamPlace): 'next' | 'repeat' | 'hole' {
  const { epoch, seq } = place;
  // Nothing applied yet: a stream starts at 1 (a loaded snapshot is an applied row), in whichever epoch is there.
  if (state === null || state.seq === 0) return seq === 1 ? 'next' : 'hole';
  if (epoch === state.epoch) {
    if (seq <= state.seq) return 'repeat';
    return seq === state.seq + 1 && !state.closed ? 'next' : 'hole';
  }
  if (epoch < state.epoch) return 'repeat';
  return state.closed && epoch === state.epoch + 1 && seq === 1 ? 'next' : 'hole';
}

function expectedSeqOf(state: StreamState): number {
  return state.closed ? 1 : state.seq + 1;
}
