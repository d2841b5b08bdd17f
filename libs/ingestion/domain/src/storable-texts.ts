/** What can make a text that no database takes: it can stand in JSON as an escape only. */
const ESCAPE = /\\u(?:0000|d[89a-f])/i;
const UNSTORABLE = /[\u0000\uD800-\uDFFF]/gu;
const REPLACEMENT = '\uFFFD';

/** The value that `json` was parsed to, in its texts U+FFFD in place of NUL and lone surrogates. */
export function withStorableTexts(json: string, value: unknown): unknown {
  // Nearly all documents have no escape at all, which is told fastest by this.
  return json.includes('\\u') && ESCAPE.test(json) ? storable(value) : value;
}

function storable(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(UNSTORABLE, REPLACEMENT);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(storable);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, storable(member)]));
}
