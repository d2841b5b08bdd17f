import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import type { ReceiptState } from './receipt-state';

/** Shifts that have their row already: one per service. Old ones are forgotten all at once, to be looked up again. */
export class KnownShifts {
  readonly keys = new Set<string>();
}

const KNOWN_MAX = 50_000;

/** Rows of shifts that the receipts of a batch are the first to name. */
export class ReportShifts {
  private readonly begun = new Map<string, ReceiptState>();

  constructor(private readonly shared: KnownShifts) {}

  add(state: ReceiptState): void {
    const { storeNo, series, shiftNumber } = state;
    if (shiftNumber === null) return;
    const key = `${String(storeNo)}|${series}|${String(shiftNumber)}`;
    if (!this.shared.keys.has(key) && !this.begun.has(key)) this.begun.set(key, state);
  }

  async save(tx: Tx): Promise<void> {
    if (this.begun.size === 0) return;
    const states = [...this.begun.values()].sort(byShift);
    await tx.query(
      `INSERT INTO shift (store_no, series, shift_number, register_no, business_date)
       SELECT store_no, series, shift_number, register_no, '1970-01-01'::date + day
       FROM unnest($1::int[], $2::text[], $3::bigint[], $4::int[], $5::int[])
         s(store_no, series, shift_number, register_no, day)
       ON CONFLICT DO NOTHING`,
      [
        integerArray(states.map(({ storeNo }) => storeNo)),
        textArray(states.map(({ series }) => series)),
        integerArray(states.map(({ shiftNumber }) => shiftNumber)),
        integerArray(states.map(({ facet }) => facet.registerNo)),
        integerArray(states.map(({ facts }) => facts.businessDay)),
      ],
    );
    tx.afterCommit(() => {
      if (this.shared.keys.size > KNOWN_MAX) this.shared.keys.clear();
      for (const key of this.begun.keys()) this.shared.keys.add(key);
    });
  }
}

function byShift(one: ReceiptState, other: ReceiptState): number {
  if (one.storeNo !== other.storeNo) return one.storeNo - other.storeNo;
  if (one.series !== other.series) return one.series < other.series ? -1 : 1;
  return (one.shiftNumber ?? 0) - (other.shiftNumber ?? 0);
}
