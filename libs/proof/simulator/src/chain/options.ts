/** Everything that decides what a run sends: the same options, the same bytes. */
export interface SimulationOptions {
  readonly seed: number;
  readonly stores: number;
  /** Purchases and returns at the tills. What follows from them (exchanges, copies, reports, …) comes on top. */
  readonly receipts: number;
  /** First day of trade, `YYYY-MM-DD`. */
  readonly startDate: string;
}

export const defaultStartDate = '2026-03-02';

/** About so many receipts pass through a store in a day. */
export const receiptsPerStoreDay = 400;

export function daysOf(options: SimulationOptions): number {
  return Math.max(1, Math.ceil(options.receipts / options.stores / receiptsPerStoreDay));
}

/** The receipts of one store on one day: shares that differ by one at most and sum up to the whole. */
export function receiptsOf(options: SimulationOptions, storeIndex: number, dayIndex: number): number {
  const days = daysOf(options);
  const store = share(options.receipts, options.stores, storeIndex);
  return share(store, days, dayIndex);
}

function share(whole: number, parts: number, index: number): number {
  return Math.floor(whole / parts) + (index < whole % parts ? 1 : 0);
}
