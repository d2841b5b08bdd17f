/** Group, and key of positions, of the consumer that keeps what is said of registers. */
export const COMPLETENESS_CONSUMER = 'stock-ledger.completeness';
