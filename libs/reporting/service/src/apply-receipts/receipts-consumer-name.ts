/** Group, and key of positions, of the consumer that applies receipts. */
export const RECEIPTS_CONSUMER = 'reporting.receipts';
