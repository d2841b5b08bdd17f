import type { z } from 'zod';
import { descriptionOf, isSecret } from './fields';
import { fieldsOf, variableOf } from './load-config';

export interface ConfigRow {
  readonly variable: string;
  readonly description: string;
  readonly required: boolean;
  /** As it would be written; null when there is none, or when it may not be shown. */
  readonly defaultValue: string | null;
  readonly secret: boolean;
}

/** One row per variable, in the order of declaration: for the reference and for `--help`. */
export function describeConfig(schema: z.ZodObject): ConfigRow[] {
  return fieldsOf(schema).map(([name, field]) => {
    const unset = field.safeParse(undefined);
    const secret = isSecret(field);
    return {
      variable: variableOf(name),
      description: descriptionOf(field),
      required: !unset.success,
      defaultValue: unset.success && !secret ? written(unset.data) : null,
      secret,
    };
  });
}

/** The rows as a Markdown table. */
export function renderConfigTable(rows: readonly ConfigRow[]): string {
  const lines = rows.map((row) => {
    const value = row.defaultValue === null ? (row.required ? 'required' : '') : `\`${row.defaultValue}\``;
    return `| \`${row.variable}\` | ${row.description}${row.secret ? ' (secret)' : ''} | ${value} |`;
  });
  return ['| Variable | What it is | Default |', '|---|---|---|', ...lines, ''].join('\n');
}

function written(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.map(String).join(',');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
