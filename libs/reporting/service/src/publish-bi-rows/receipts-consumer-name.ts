/** Group, and key of positions, of the consumer that makes the rows for BI. */
export const BI_RECEIPTS_CONSUMER = 'reporting.bi';
