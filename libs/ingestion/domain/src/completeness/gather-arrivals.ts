import type { DocumentHead } from '../canonical/document-head';
import type { KnownIdentity } from '../identities';
import type { SeriesArrival } from './series-facts';
import { emptyShift, mergeShifts, noteReceipt, noteRun } from './shift-facts';
import type { ShiftFacts } from './shift-facts';

/** A document that was numbered: all its names, and which of them are new. */
export interface ArrivedDocument {
  readonly document: DocumentHead;
  /** The revision before this one; null = it is the first. */
  readonly previous: DocumentHead | null;
  readonly receivedAtMs: number;
  readonly named: readonly NamedBy[];
}

export interface NamedBy {
  readonly identity: KnownIdentity;
  readonly seriesNo: number;
  readonly isNew: boolean;
}

/** Where something was heard of. */
export interface ArrivalPlace {
  readonly storeNo: number;
  readonly registerNo: number;
  readonly seriesNo: number;
}

export interface GatheredArrival extends ArrivalPlace {
  readonly receivedAtMs: number;
  readonly arrival: SeriesArrival;
}

interface Gathering extends ArrivalPlace {
  receivedAtMs: number;
  opaqueDocuments: number;
  ended: SeriesArrival['ended'];
  driveEndedMs: number | undefined;
  readonly shifts: Map<number | null, ShiftFacts>;
  /** Of documents that belong to another register now. */
  readonly taken: Map<number | null, ShiftFacts>;
}

/**
 * What a batch of documents comes to, series by series and shift by shift: one small value however many documents
 * there are.
 */
export class ArrivalGatherer {
  /** By series: at one register nearly always. */
  private readonly gathered = new Map<number, Gathering[]>();
  private last: Gathering | null = null;

  /** A register was heard of in this series; the numbers are noted elsewhere, or there are none. */
  touch(place: ArrivalPlace, receivedAtMs: number): void {
    this.at(place, receivedAtMs);
  }

  add(arrived: ArrivedDocument): void {
    const { document, named, previous } = arrived;
    const primary = primaryOf(named);
    for (const name of named) {
      if (name.isNew) this.addName(arrived, name, name === primary);
    }
    if (document.type === 'fnEvent' && document.subtype === 'ended') this.addEnd(arrived, primary);
    if (primary === undefined) return;
    const shift = this.shiftOf(arrived, primary);
    if (previous !== null && !primary.isNew) noteReceipt(shift, previous, -1);
    noteReceipt(shift, document, 1);
  }

  rows(): readonly GatheredArrival[] {
    return [...this.gathered.values()].flat().map((gathering) => {
      const {
        storeNo,
        registerNo,
        seriesNo,
        receivedAtMs,
        shifts,
        opaqueDocuments,
        ended,
        driveEndedMs,
        taken,
      } = gathering;
      const arrival = {
        shifts: [...shifts.values()],
        ...(taken.size === 0 ? {} : { taken: [...taken.values()] }),
        ...(opaqueDocuments === 0 ? {} : { opaqueDocuments }),
        ...(ended === undefined ? {} : { ended }),
        ...(driveEndedMs === undefined ? {} : { driveEndedMs }),
      };
      return { storeNo, registerNo, seriesNo, receivedAtMs, arrival };
    });
  }

  /** The document as it stood belongs to another register: what it was noted for here is taken back. */
  take({ document, named, receivedAtMs }: Omit<ArrivedDocument, 'previous'>): void {
    const gatherer = new ArrivalGatherer();
    gatherer.add({ document, named, receivedAtMs, previous: null });
    for (const { seriesNo, storeNo, registerNo, arrival } of gatherer.rows()) {
      const gathering = this.at({ storeNo, registerNo, seriesNo }, receivedAtMs);
      for (const shift of arrival.shifts) {
        const known = gathering.taken.get(shift.number);
        gathering.taken.set(shift.number, known === undefined ? shift : mergeShifts(known, shift));
      }
      gathering.opaqueDocuments -= arrival.opaqueDocuments ?? 0;
    }
  }

  private addName(arrived: ArrivedDocument, { identity, seriesNo }: NamedBy, isPrimary: boolean): void {
    const { document, receivedAtMs } = arrived;
    const gathering = this.at({ ...placeOf(document), seriesNo }, receivedAtMs);
    if (identity.kind === 'opaque') {
      gathering.opaqueDocuments += 1;
      return;
    }
    const from = identity.kind === 'number' ? identity.number : identity.from;
    const to = identity.kind === 'number' ? identity.number : identity.to;
    const { shift, type, time, closeReport } = document;
    const facts = shiftIn(gathering, isPrimary ? shiftNumberOf(document) : null);
    const receiptFrom = isPrimary && from === to ? (shift?.receiptNumber ?? null) : null;
    const ledgerMs = Date.parse(time.ledgerAt);
    noteRun(facts, { from, to, receiptFrom, ledgerMs });
    if (!isPrimary) return;
    if (type === 'shiftOpened') facts.opened = { number: from, atMs: ledgerMs };
    else if (type === 'shiftClosed')
      facts.closed = { number: to, atMs: ledgerMs, report: closeReport ?? null };
  }

  /** With a ФД number of its own it is the closing report of that ФН; else somebody says that a ФН has ended. */
  private addEnd({ document, receivedAtMs }: ArrivedDocument, primary: NamedBy | undefined): void {
    if (primary === undefined) return;
    const { identity, seriesNo } = primary;
    const gathering = this.at({ ...placeOf(document), seriesNo }, receivedAtMs);
    if (identity.scheme === 'fn' && identity.kind === 'number') {
      gathering.ended = { how: 'report', lastNumber: identity.number, act: null };
    } else gathering.driveEndedMs = Date.parse(document.time.ledgerAt);
  }

  private shiftOf({ document, receivedAtMs }: ArrivedDocument, { seriesNo }: NamedBy): ShiftFacts {
    const gathering = this.at({ ...placeOf(document), seriesNo }, receivedAtMs);
    return shiftIn(gathering, shiftNumberOf(document));
  }

  private at(place: ArrivalPlace, receivedAtMs: number): Gathering {
    const { last } = this;
    if (last !== null && last.seriesNo === place.seriesNo && last.registerNo === place.registerNo) {
      last.receivedAtMs = Math.max(last.receivedAtMs, receivedAtMs);
      return last;
    }
    const ofSeries = this.gathered.get(place.seriesNo) ?? [];
    if (ofSeries.length === 0) this.gathered.set(place.seriesNo, ofSeries);
    let known = ofSeries.find(({ registerNo }) => registerNo === place.registerNo);
    if (known === undefined) {
      known = newGathering(place, receivedAtMs);
      ofSeries.push(known);
    }
    known.receivedAtMs = Math.max(known.receivedAtMs, receivedAtMs);
    this.last = known;
    return known;
  }
}

function newGathering(place: ArrivalPlace, receivedAtMs: number): Gathering {
  return {
    ...place,
    receivedAtMs,
    opaqueDocuments: 0,
    ended: undefined,
    driveEndedMs: undefined,
    shifts: new Map(),
    taken: new Map(),
  };
}

function shiftIn(gathering: Gathering, number: number | null): ShiftFacts {
  const known = gathering.shifts.get(number) ?? emptyShift(number);
  gathering.shifts.set(number, known);
  return known;
}

const SHIFT_NUMBER_MAX = 2_147_483_647;

/** 1038 has four bytes: what is greater is no number of a shift. */
function shiftNumberOf({ shift }: DocumentHead): number | null {
  return shift === undefined || shift.number > SHIFT_NUMBER_MAX ? null : shift.number;
}

function placeOf({ storeNo, registerNo }: DocumentHead): Omit<ArrivalPlace, 'seriesNo'> {
  return { storeNo, registerNo };
}

/** The name whose series the shift belongs to: the ФН, else the first with a number. */
function primaryOf(named: readonly NamedBy[]): NamedBy | undefined {
  return (
    named.find(({ identity }) => identity.scheme === 'fn' && identity.kind === 'number') ??
    named.find(({ identity }) => identity.kind !== 'opaque')
  );
}
