import { types } from 'node:util';
import type { LogFields } from './logger';

/** Fields whose values never reach a log, by name at any depth, whatever they hold. */
const FORBIDDEN_FIELDS = new Set([
  'authorization',
  'body',
  'bytes',
  'cookie',
  'email',
  'enrolmentcode',
  'headers',
  'password',
  'phone',
  'raw',
  'secret',
  'token',
  'value',
]);

const EMAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
/** Russian numbers: +7 or 8, ten digits, with or without spaces, brackets and hyphens. */
const PHONE = /(?<![\w-])(?:\+7|[78])[\s(-]{0,2}\d{3}[\s)-]{0,2}\d{3}[\s-]?\d{2}[\s-]?\d{2}(?![\w-])/g;
const TOKEN = /\bptk_[\w-]{20,}/g;
const URL_PASSWORD = /(:\/\/[^\s:/@]+:)[^\s@]+@/g;
const DEPTH_MAX = 4;
const REDACTED = '[redacted]';

/** A copy of the fields without credentials, bodies and personal data. */
export function scrubFields(fields: LogFields): Record<string, unknown> {
  return scrubObject(fields, 0);
}

/** The text with e-mail addresses, telephone numbers, tokens and passwords in URLs replaced. */
export function scrubText(text: string): string {
  return text
    .replace(URL_PASSWORD, `$1${REDACTED}@`)
    .replace(EMAIL, REDACTED)
    .replace(PHONE, REDACTED)
    .replace(TOKEN, REDACTED);
}

function scrubObject(fields: object, depth: number): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    copy[name] = FORBIDDEN_FIELDS.has(name.toLowerCase()) ? REDACTED : scrubValue(value, depth);
  }
  return copy;
}

function scrubValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return scrubText(value);
  if (typeof value === 'bigint') return value.toString();
  if (types.isNativeError(value)) return describeError(value, depth);
  if (value instanceof Uint8Array) return REDACTED;
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEPTH_MAX) return '[deep]';
  if (Array.isArray(value)) return value.map((item) => scrubValue(item, depth + 1));
  return scrubObject(value, depth + 1);
}

/** Name, code, words and place; never `detail` and the like, in which drivers quote the values of rows. */
function describeError(error: Error, depth: number): Record<string, unknown> {
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    name: error.name,
    ...(code === undefined ? {} : { code }),
    message: scrubText(error.message),
    ...(error.stack === undefined ? {} : { stack: scrubText(error.stack) }),
    ...(error.cause === undefined || depth >= DEPTH_MAX ? {} : { cause: scrubValue(error.cause, depth + 1) }),
  };
}
