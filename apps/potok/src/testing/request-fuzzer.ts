import { randomWhole } from '@potok/platform-testing/seeded-random';

type Json = Readonly<Record<string, unknown>>;

export interface FuzzedOperation {
  readonly method: string;
  readonly address: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: 'path' | 'query';
    readonly schema: Json;
  }[];
  readonly bodySchema: Json | null;
  readonly takesLines: boolean;
  /** Codes of problems by status, as documented. */
  readonly codes: ReadonlyMap<number, ReadonlySet<string>>;
}

export interface FuzzedRequest {
  readonly method: string;
  readonly path: string;
  readonly contentType: string | null;
  readonly encoding: string | null;
  readonly body: string | null;
}

const HOSTILE_TEXTS = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'x\udfff',
  '\u202e',
  '💥',
  '__proto__',
  'constructor',
  "'; DROP TABLE document; --",
  '%00',
  '../../etc/passwd',
  '{{7*7}}',
  'я'.repeat(2_000),
  '-1',
  '1e400',
  '9223372036854775808',
  'NaN',
  'null',
  '2026-02-30',
  '0000-00-00T00:00:00Z',
  '+99:99',
];
const HOSTILE_NUMBERS = [0, -0, -1, 0.5, 1e-9, 2 ** 31, 2 ** 31 - 1, 2 ** 53 - 1, 2 ** 53, -(2 ** 63), 1e300];
const HOSTILE_VALUES: readonly unknown[] = [null, true, [], {}, [[]], [null], { a: { b: {} } }];
/** Put into a body's text, since no value of JavaScript writes them. */
const RAW_TEXTS = [
  '1e400',
  '{"a":1,"a":2}',
  '"\\ud800"',
  '"\\u0000"',
  '[',
  '',
  '00',
  '{"__proto__":{"x":1}}',
];
const BREAK_ONE_IN = 6;
const DEPTH_MAX = 8;

/** Requests that nearly fit, and requests that do not: from what an OpenAPI document says of its operations. */
export class RequestFuzzer {
  /** `known` are ids that exist, tried where an id may stand. */
  constructor(
    private readonly random: () => number,
    private readonly known: readonly string[],
  ) {}

  request(operation: FuzzedOperation): FuzzedRequest {
    const { method } = operation;
    const path = this.address(operation);
    if (operation.bodySchema === null) {
      return { method, path, contentType: null, encoding: null, body: null };
    }
    return { method, path, ...this.body(operation, operation.bodySchema) };
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  private below(count: number): number {
    return randomWhole(this.random, 0, count - 1);
  }

  private oneIn(count: number): boolean {
    return this.below(count) === 0;
  }

  private address({ address, parameters }: FuzzedOperation): string {
    const path = address.replace(/\{(\w+)\}/g, (_whole, name: string) => {
      const schema = parameters.find(
        (parameter) => parameter.in === 'path' && parameter.name === name,
      )?.schema;
      return this.encoded(schema ?? { type: 'string' }) || 'x';
    });
    const query = parameters
      .filter((parameter) => parameter.in === 'query' && !this.oneIn(3))
      .map(({ name, schema }) => `${name}=${this.encoded(schema)}`);
    if (this.oneIn(20)) query.push(this.pick(['a[b]=c', '__proto__=1', '%00=%00', '%zz', 'limit=1&limit=2']));
    return query.length === 0 ? path : `${path}?${query.join('&')}`;
  }

  private encoded(schema: Json): string {
    if (this.oneIn(30)) return this.pick(['%00', '%ff', '%2e%2e%2f', '%F0%9F%92%A5', '%ed%a0%80', '%']);
    const value = this.value(schema, 0);
    return encodeURIComponent(
      Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString(),
    );
  }

  private body(operation: FuzzedOperation, schema: Json): Omit<FuzzedRequest, 'method' | 'path'> {
    const lines = operation.takesLines && this.oneIn(2);
    const count = lines ? 1 + this.below(4) : 1;
    const texts = Array.from({ length: count }, () => this.bodyText(schema));
    return {
      contentType: this.oneIn(25)
        ? this.pick(['text/plain', 'application/xml', '', 'application/json; charset=cp1251'])
        : lines
          ? 'application/x-ndjson'
          : 'application/json',
      encoding: this.oneIn(25) ? this.pick(['gzip', 'br', 'identity', 'gzip, gzip']) : null,
      body: texts.join('\n'),
    };
  }

  private bodyText(schema: Json): string {
    if (this.oneIn(15)) return this.pick(RAW_TEXTS);
    const text = JSON.stringify(this.value(schema, 0)) ?? 'null';
    if (!this.oneIn(10)) return text;
    const at = this.below(text.length + 1);
    return text.slice(0, at) + this.pick(RAW_TEXTS) + text.slice(at + this.below(3));
  }

  private value(schema: Json, depth: number): unknown {
    if (this.oneIn(BREAK_ONE_IN * (depth + 1))) return this.hostile();
    if (depth > DEPTH_MAX) return null;
    const choices = (schema['anyOf'] ?? schema['oneOf']) as readonly Json[] | undefined;
    if (choices !== undefined && choices.length > 0) return this.value(this.pick(choices), depth);
    if (Array.isArray(schema['enum'])) return this.pick(schema['enum'] as unknown[]);
    if ('const' in schema) return schema['const'];
    switch (schema['type']) {
      case 'object':
        return this.object(schema, depth);
      case 'array':
        return Array.from({ length: this.below(4) }, () =>
          this.value((schema['items'] ?? {}) as Json, depth + 1),
        );
      case 'integer':
      case 'number':
        return this.number(schema);
      case 'boolean':
        return this.oneIn(2);
      case 'null':
        return null;
      default:
        return this.text(schema);
    }
  }

  private object(schema: Json, depth: number): Json {
    const required = new Set((schema['required'] ?? []) as readonly string[]);
    const members: [string, unknown][] = [];
    for (const [name, member] of Object.entries((schema['properties'] ?? {}) as Record<string, Json>)) {
      if (required.has(name) ? this.oneIn(40) : this.oneIn(2)) continue;
      members.push([name, this.value(member, depth + 1)]);
    }
    if (this.oneIn(10)) members.push([this.pick(HOSTILE_TEXTS), this.hostile()]);
    return Object.fromEntries(members);
  }

  private number({ minimum, maximum }: Json): number {
    if (this.oneIn(BREAK_ONE_IN)) return this.pick(HOSTILE_NUMBERS);
    const from = typeof minimum === 'number' ? Math.max(minimum, -1_000) : 0;
    const to = typeof maximum === 'number' ? Math.min(maximum, from + 1_000) : from + 1_000;
    if (this.oneIn(5)) return typeof maximum === 'number' ? maximum : from;
    return from + this.below(Math.max(1, to - from));
  }

  private text(schema: Json): string {
    if (this.oneIn(BREAK_ONE_IN)) return this.pick(HOSTILE_TEXTS);
    const examples = schema['examples'];
    if (Array.isArray(examples) && this.oneIn(2)) return String(this.pick(examples as unknown[]));
    const pattern = typeof schema['pattern'] === 'string' ? schema['pattern'] : '';
    if (pattern.includes('\\d{4}-\\d{2}-\\d{2}')) return '2026-03-02';
    if (pattern.includes('\\d')) return String(1 + this.below(2_000));
    if (this.oneIn(2)) return this.pick(this.known);
    return `x${String(this.below(100))}`;
  }

  private hostile(): unknown {
    const kind = this.below(3);
    if (kind === 0) return this.pick(HOSTILE_TEXTS);
    return kind === 1 ? this.pick(HOSTILE_NUMBERS) : this.pick(HOSTILE_VALUES);
  }
}

interface OpenApiOperation {
  readonly parameters?: FuzzedOperation['parameters'];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Json }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: Json }>> }>
  >;
}

/** The operations of an OpenAPI document, sorted. */
export function operationsOf(document: {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
}): FuzzedOperation[] {
  const operations = Object.entries(document.paths).flatMap(([address, methods]) =>
    Object.entries(methods).map(([method, operation]) => operationOf(method, address, operation)),
  );
  return operations.sort((left, right) =>
    `${left.address} ${left.method}` < `${right.address} ${right.method}` ? -1 : 1,
  );
}

function operationOf(method: string, address: string, operation: OpenApiOperation): FuzzedOperation {
  const content = operation.requestBody?.content ?? {};
  const codes = Object.entries(operation.responses).map(([status, { content: answers = {} }]) => {
    const schema = answers['application/problem+json']?.schema as
      { properties?: { code?: { enum?: string[] } } } | undefined;
    return [Number(status), new Set(schema?.properties?.code?.enum ?? [])] as const;
  });
  return {
    method: method.toUpperCase(),
    address,
    parameters: operation.parameters ?? [],
    bodySchema: content['application/json']?.schema ?? null,
    takesLines: 'application/x-ndjson' in content,
    codes: new Map(codes),
  };
}
