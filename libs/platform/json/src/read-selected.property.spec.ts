import fc from 'fast-check';
import { readSelected } from './read-selected';
import { select, WHOLE } from './selection';

interface Inner {
  readonly name?: unknown;
  readonly count?: unknown;
}
interface Outer extends Inner {
  readonly one?: Inner | undefined;
  readonly many?: readonly Inner[] | undefined;
  readonly rest?: unknown;
}

const INNER = select<Inner>({ name: WHOLE, count: WHOLE });
const OUTER = select<Outer>({ name: WHOLE, count: WHOLE, one: INNER, many: INNER, rest: WHOLE });

/** What is read by its definition: parsed whole, then the members by name. */
function expected(json: string): unknown {
  const value: unknown = JSON.parse(json);
  return membersOf(value, ['name', 'count', 'one', 'many', 'rest'], (inner) =>
    membersOf(inner, ['name', 'count'], (kept) => kept),
  );
}

function membersOf(value: unknown, names: readonly string[], innerOf: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((element: unknown) => membersOf(element, names, innerOf));
  if (typeof value !== 'object' || value === null) return value;
  const members = new Map(Object.entries(value));
  return Object.fromEntries(
    names.map((name) => {
      const member: unknown = members.get(name);
      return [name, name === 'one' || name === 'many' ? innerOf(member) : member];
    }),
  );
}

const text = fc.oneof(
  fc.string({ unit: 'grapheme-ascii' }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('Молоко «Домик»', '"', '\\', '\u0000', ',"document":', '}', ']', '\ud800', 'count'),
);
const scalar = fc.oneof(
  text,
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constantFrom(null, 0, -0, 1e21, 123_456_789_012_345, 1234_567_890_123_456),
);
const name = fc.oneof(
  fc.constantFrom('name', 'count', 'one', 'many', 'rest', 'eman', 'nome', 'cost', '__proto__', 'constructor'),
  text,
);
const { value } = fc.letrec<{ value: unknown; object: unknown; array: unknown }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, scalar, tie('object'), tie('array')),
  object: fc
    .array(fc.tuple(name, tie('value')), { maxLength: 8 })
    .map((members): ObjectText => ({ members })),
  array: fc.array(tie('value'), { maxLength: 4 }),
}));

/** An object as it is written: names may be repeated. */
interface ObjectText {
  readonly members: readonly (readonly [string, unknown])[];
}

interface Style {
  readonly space: string;
  /** Every name by its code units. */
  readonly escapedNames: boolean;
}

function written(value: unknown, style: Style): string {
  const { space } = style;
  const joined = (parts: readonly string[]) => parts.join(`${space},${space}`);
  if (Array.isArray(value))
    return `[${space}${joined(value.map((element) => written(element, style)))}${space}]`;
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : JSON.stringify(value);
  const { members } = value as ObjectText;
  const parts = members.map(
    ([memberName, member]) =>
      `${style.escapedNames ? escaped(memberName) : JSON.stringify(memberName)}${space}:${space}${written(member, style)}`,
  );
  return `{${space}${joined(parts)}${space}}`;
}

function escaped(text: string): string {
  const units = Array.from(
    { length: text.length },
    (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`,
  );
  return `"${units.join('')}"`;
}

const style = fc.record({ space: fc.constantFrom('', ' ', '\n\t '), escapedNames: fc.boolean() });

describe('reading what is selected', () => {
  it('gives what parsing everything gives', () => {
    fc.assert(
      fc.property(value, style, (any, how) => {
        const json = written(any, how);
        expect(readSelected(Buffer.from(json), OUTER)).toEqual(expected(json));
      }),
      { seed: 7, numRuns: 1_000 },
    );
  });

  it('refuses what breaks off', () => {
    fc.assert(
      fc.property(value, style, fc.nat(), (any, how, cut) => {
        const bytes = Buffer.from(written({ members: [['other', any]] }, how));
        const part = bytes.subarray(0, cut % bytes.length);
        expect(() => readSelected(part, OUTER)).toThrow(SyntaxError);
      }),
      { seed: 7, numRuns: 1_000 },
    );
  });

  it.each([
    ['nothing', ''],
    ['two values', '{}{}'],
    ['a name without quotes', '{name:1}'],
    ['no colon', '{"name" 1}'],
    ['no comma', '{"name":1 "count":2}'],
    ['a number with a leading zero', '{"count":01}'],
    ['a control character in a text', '{"name":"a\u0001"}'],
    ['a comma too many', '{"many":[{},]}'],
    ['a word', '{"name":nil}'],
  ])('refuses %s', (_, json) => {
    expect(() => readSelected(Buffer.from(json), OUTER)).toThrow(SyntaxError);
  });

  it('passes over what nests deeply', () => {
    const deep = `{"other":${'['.repeat(100_000)}${']'.repeat(100_000)},"name":"here"}`;
    expect(readSelected(Buffer.from(deep), OUTER)).toMatchObject({ name: 'here' });
  });
});
