/**
 * Array literals for `unnest($1::bigint[], …)`: several times faster than to let `pg` serialise JavaScript arrays.
 * Pass the string as the parameter and write the cast in the statement.
 */

/** For smallint[], int[] and bigint[]. */
export function integerArray(values: readonly (number | bigint | null)[]): string {
  return literal(values, String);
}

export function booleanArray(values: readonly (boolean | null)[]): string {
  return literal(values, (value) => (value ? 't' : 'f'));
}

/** For text[], varchar[] and uuid[]. */
export function textArray(values: readonly (string | null)[]): string {
  return literal(values, quoted);
}

export function byteaArray(values: readonly (Uint8Array | null)[]): string {
  return literal(values, (value) => `"\\\\x${hexOf(value)}"`);
}

/** For timestamptz[], from milliseconds since 1970, UTC. */
export function instantArray(values: readonly (number | null)[]): string {
  return literal(values, (epochMs) => new Date(epochMs).toISOString());
}

function literal<T>(values: readonly (T | null)[], format: (value: T) => string): string {
  let text = '{';
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (index > 0) text += ',';
    text += value === null || value === undefined ? 'NULL' : format(value);
  }
  return `${text}}`;
}

const SPECIAL = /["\\]/;
const EVERY_SPECIAL = /["\\]/g;

function quoted(value: string): string {
  return SPECIAL.test(value) ? `"${value.replace(EVERY_SPECIAL, '\\$&')}"` : `"${value}"`;
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
