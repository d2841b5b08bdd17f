import { z } from 'zod';

/**
 * Field types of configuration. A value arrives as text; names carry the unit (`sessionTimeoutMs`), the variable of
 * `sessionTimeoutMs` is `SESSION_TIMEOUT_MS`. Every field gets a description by `.describe(…)`.
 */

const SECRET = 'secret';

function integerText(min: number, max: number, what: string): z.ZodType<number, string> {
  return z
    .string()
    .regex(/^-?\d+$/, what)
    .transform(Number)
    .refine((value) => value >= min && value <= max, what);
}

/** A whole number between the bounds, inclusive. */
export function integer(min: number, max: number): z.ZodType<number, string> {
  return integerText(min, max, `a whole number from ${String(min)} to ${String(max)}`);
}

/** A TCP port; 0 lets the system choose a free one. */
export function port(): z.ZodType<number, string> {
  return integerText(0, 65_535, 'a port from 0 to 65535 (0 = any free one)');
}

/** Whole milliseconds; the field's name ends in `Ms`. */
export function durationMs(min: number, max: number): z.ZodType<number, string> {
  return integerText(min, max, `whole milliseconds from ${String(min)} to ${String(max)}`);
}

/** Whole bytes; the field's name says `Bytes`. */
export function bytes(min: number, max: number): z.ZodType<number, string> {
  return integerText(min, max, `whole bytes from ${String(min)} to ${String(max)}`);
}

export function flag(): z.ZodType<boolean, string> {
  return z
    .string()
    .regex(/^(true|false)$/, 'true or false')
    .transform((text) => text === 'true');
}

export function text(maxLength = 1000): z.ZodType<string, string> {
  return z.string().max(maxLength, `at most ${String(maxLength)} characters`);
}

/** An absolute URL of one of the protocols, for example `url('https', 'http')`. */
export function url(...protocols: string[]): z.ZodType<string, string> {
  const what = `a URL that begins with ${protocols.map((protocol) => `${protocol}://`).join(' or ')}`;
  return z.string().refine((value) => hasProtocol(value, protocols), what);
}

function hasProtocol(value: string, protocols: readonly string[]): boolean {
  return URL.canParse(value) && protocols.includes(new URL(value).protocol.slice(0, -1));
}

/** Values separated by commas, spaces around them dropped; at least one. */
export function list(): z.ZodType<string[], string> {
  return z
    .string()
    .transform((value) =>
      value
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    )
    .refine((items) => items.length > 0, 'values separated by commas');
}

/**
 * A value that is never shown: not in problems, not in tables, not in logs. It may also be given as a file: the
 * variable's name with `_FILE` holds the path.
 */
export function secret<Output>(field: z.ZodType<Output, string>): z.ZodType<Output, string> {
  return field.meta({ [SECRET]: true });
}

export function isSecret(field: z.ZodType): boolean {
  return unwrapped(field).some((layer) => layer.meta()?.[SECRET] === true);
}

/** The first description from the outside in: `.optional()` and `.default()` hide an inner one. */
export function descriptionOf(field: z.ZodType): string {
  return unwrapped(field).find((layer) => layer.description !== undefined)?.description ?? '';
}

function unwrapped(field: z.ZodType): z.ZodType[] {
  const layers: z.ZodType[] = [field];
  let current: z.ZodType = field;
  while (
    current instanceof z.ZodOptional ||
    current instanceof z.ZodNullable ||
    current instanceof z.ZodDefault ||
    current instanceof z.ZodPrefault
  ) {
    current = current.unwrap() as z.ZodType;
    layers.push(current);
  }
  return layers;
}
