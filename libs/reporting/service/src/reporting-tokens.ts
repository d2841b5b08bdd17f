/** Injection tokens of the reporting module. */
export const REPORTING_OPERATIONS = Symbol('reporting: operations');
export const REPORTING_BI_ROWS = Symbol('reporting: rows for BI');
export const REPORTING_RECEIPTS = Symbol('reporting: receipts handler');
export const REPORTING_REPORTS = Symbol('reporting: reports');
export const REPORTING_COMPLETENESS = Symbol('reporting: completeness handler');
