/** Injection tokens of the reporting module. */
export const REPORTING_OPERATIONS = Symbol('reporting: operations');
