import * as fs from 'node:fs';
import { fail, ok } from '@potok/kernel/result';
import type { Result } from '@potok/kernel/result';
import type { z } from 'zod';
import { descriptionOf, isSecret } from './fields';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigProblem {
  readonly variable: string;
  /** What is wrong and what is expected; never a secret's value. */
  readonly message: string;
}

/** `sessionTimeoutMs` → `SESSION_TIMEOUT_MS`. */
export function variableOf(fieldName: string): string {
  return fieldName.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
}

/** Every problem at once. A variable that is set to nothing counts as not set. */
export function parseConfig<Schema extends z.ZodObject>(
  schema: Schema,
  environment: Environment,
): Result<z.output<Schema>, ConfigProblem[]> {
  const values: Record<string, unknown> = {};
  const problems: ConfigProblem[] = [];
  for (const [name, field] of fieldsOf(schema)) {
    const raw = readVariable(variableOf(name), field, environment);
    if (!raw.ok) {
      problems.push(raw.error);
      continue;
    }
    const parsed = field.safeParse(raw.value);
    if (parsed.success) values[name] = raw.value;
    else problems.push(describeProblem(name, field, { raw: raw.value, issues: parsed.error.issues }));
  }
  if (problems.length > 0) return fail(problems);
  const whole = schema.safeParse(values);
  if (whole.success) return ok(whole.data);
  return fail(whole.error.issues.map(crossFieldProblem));
}

/** The configuration of an app, or every problem on standard error and exit code 2. */
export function loadConfig<Schema extends z.ZodObject>(
  schema: Schema,
  environment: Environment,
): z.output<Schema> {
  const result = parseConfig(schema, environment);
  if (result.ok) return result.value;
  process.stderr.write(formatProblems(result.error));
  process.exit(2);
}

export function formatProblems(problems: readonly ConfigProblem[]): string {
  const lines = problems.map(({ variable, message }) => `  ${variable}: ${message}\n`);
  return `the configuration has ${String(problems.length)} problem(s):\n${lines.join('')}`;
}

export function fieldsOf(schema: z.ZodObject): [string, z.ZodType][] {
  return Object.entries(schema.shape) as [string, z.ZodType][];
}

function readVariable(
  variable: string,
  field: z.ZodType,
  environment: Environment,
): Result<string | undefined, ConfigProblem> {
  const value = environment[variable];
  if (value !== undefined && value !== '') return ok(value);
  const file = isSecret(field) ? environment[`${variable}_FILE`] : undefined;
  if (file === undefined || file === '') return ok(undefined);
  try {
    return ok(fs.readFileSync(file, 'utf8').trim());
  } catch {
    return fail({ variable: `${variable}_FILE`, message: `the file ${file} cannot be read` });
  }
}

interface Refusal {
  readonly raw: string | undefined;
  readonly issues: readonly z.core.$ZodIssue[];
}

function describeProblem(name: string, field: z.ZodType, { raw, issues }: Refusal): ConfigProblem {
  const variable = variableOf(name);
  const description = descriptionOf(field);
  const purpose = description === '' ? '' : ` (${description})`;
  if (raw === undefined) return { variable, message: `is not set, and it has no default${purpose}` };
  if (isSecret(field)) return { variable, message: `does not fit, its value is not shown${purpose}` };
  const expected = [...new Set(issues.map((issue) => issue.message))].join('; ');
  return { variable, message: `${shown(raw)} does not fit, expected: ${expected}${purpose}` };
}

function crossFieldProblem(issue: z.core.$ZodIssue): ConfigProblem {
  const [name] = issue.path;
  return { variable: typeof name === 'string' ? variableOf(name) : 'together', message: issue.message };
}

function shown(raw: string): string {
  return raw.length > 80 ? `${JSON.stringify(raw.slice(0, 80))}…` : JSON.stringify(raw);
}
