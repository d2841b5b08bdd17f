/** Over 1 % of the last thousand records quarantined is a defect of ours, not of the records. */
export const RATE_WINDOW_RECORDS = 1_000;
export const RATE_QUARANTINED_MAX = 10;

/** The quarantined ones among the last thousand records of a consumer. */
export class QuarantineRate {
  private seen = 0;
  /** Ordinals of quarantined records within the window, ascending. */
  private ordinals: number[] = [];

  /** Already quarantined when the process started, as if just now. */
  seed(quarantined: number): void {
    const already = Math.min(quarantined, RATE_QUARANTINED_MAX);
    for (let index = 0; index < already; index += 1) this.ordinals.push(this.seen);
  }

  /** Would these (places in a run of records that is not counted yet, ascending) be too many? */
  exceededBy(places: readonly number[]): boolean {
    const ordinals = [...this.ordinals];
    for (const place of places) {
      const ordinal = this.seen + place;
      ordinals.push(ordinal);
      if (within(ordinals, ordinal).length > RATE_QUARANTINED_MAX) return true;
    }
    return false;
  }

  /** Counts a committed run of records, of which those at `places` were quarantined. */
  count(records: number, places: readonly number[]): void {
    for (const place of places) this.ordinals.push(this.seen + place);
    this.seen += records;
    if (this.ordinals.length > 0) this.ordinals = within(this.ordinals, this.seen - 1);
  }
}

function within(ordinals: readonly number[], last: number): number[] {
  return ordinals.filter((ordinal) => ordinal > last - RATE_WINDOW_RECORDS);
}
