/** Documents that arrive together need not be numbered in the order of their milliseconds. */
const overtakenByMs = 1_000;

/**
 * Documents of a store are registered as they arrive, however far behind the intake is. One that was held until its ФН
 * was registered is overtaken by what came after it.
 */
export class ArrivalOrder {
  private readonly latestMs = new Map<string, number>();

  /** Told in the order of registration. True = others of the store that came later were registered before it. */
  isOvertaken(storeId: string, receivedMs: number): boolean {
    const latestMs = this.latestMs.get(storeId) ?? receivedMs;
    this.latestMs.set(storeId, Math.max(latestMs, receivedMs));
    return receivedMs < latestMs - overtakenByMs;
  }
}
