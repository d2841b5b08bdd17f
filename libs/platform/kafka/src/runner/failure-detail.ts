const DETAIL_LENGTH_MAX = 500;

/** What a quarantine row says about the failure. A syntax error quotes its input, which may hold personal data. */
export function failureDetail(error: unknown): string {
  if (!(error instanceof Error)) return 'an unknown failure';
  if (error instanceof SyntaxError) return `${error.name}: the value cannot be parsed`;
  return `${error.name}: ${error.message}`.slice(0, DETAIL_LENGTH_MAX);
}
