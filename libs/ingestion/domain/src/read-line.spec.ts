import * as fc from 'fast-check';
import { documentIdOf, identityKey, readIdentities } from './identities';
import { nestsDeeperThan } from '@potok/kernel/json-nesting';
import { joinRanges } from './number-ranges';
import { readLine } from './read-line';
import { receipt } from './test-documents';

const read = (document: unknown) => readLine(JSON.stringify(document));

describe('readLine', () => {
  it('finds a whole receipt usable, unknown members and all', () => {
    const line = read({ ...receipt(), novelty: { of: ['the', 'sender'] } });
    expect(line.verdict).toBe('usable');
  });

  it.each([
    ['invalidJson', '{"a":'],
    ['invalidJson', ''],
    ['notAnObject', '[]'],
    ['notAnObject', '"text"'],
    ['notAnObject', 'null'],
    ['nestedTooDeep', `{"a":${'['.repeat(32)}${']'.repeat(32)}}`],
    ['identityUnreadable', '{}'],
    ['identityUnreadable', JSON.stringify({ identities: [{ scheme: 'fn', series: 'x' }] })],
    [
      'identityUnreadable',
      JSON.stringify({ identities: [{ scheme: 'fn', series: 'x', number: 1, opaqueId: 'y' }] }),
    ],
    ['identityUnreadable', JSON.stringify({ identities: [{ scheme: 'fn', series: 'x', number: -1 }] })],
    ['identityUnreadable', JSON.stringify({ identities: [{ scheme: 'fn', series: 'x\u0000', number: 1 }] })],
    ['invalidUnicode', '{"identities":[{"scheme":"fn","series":"\\ud800","number":1}]}'],
    [
      'registerUnknown',
      JSON.stringify({ identities: [{ scheme: 'fn', series: 'x', number: 1 }], registerId: 7 }),
    ],
  ])('rejects as %s: %s', (code, text) => {
    expect(readLine(text)).toMatchObject({ verdict: 'rejected', code });
  });

  it.each([
    ['operationUnknown', '/operation', { operation: undefined }],
    ['totalMissing', '/totalKopecks', { totalKopecks: undefined }],
    ['amountOutOfRange', '/totalKopecks', { totalKopecks: 1e14 }],
    [
      'quantityOutOfRange',
      '/lines/0/quantityMilli',
      { lines: [{ lineNo: 1, quantityMilli: -1, amountKopecks: 1 }] },
    ],
    ['bodyUnusable', '/lines/0/amountKopecks', { lines: [{ lineNo: 1, quantityMilli: 1 }] }],
    ['operationUnknown', '/operation', { operation: 'steal' }],
    [
      'lineNumbersRepeat',
      '/lines/1/lineNo',
      { lines: [1, 1].map((lineNo) => ({ lineNo, quantityMilli: 1, amountKopecks: 1 })) },
    ],
  ])('holds as %s at %s', (code, field, overrides) => {
    expect(read({ ...receipt(), ...overrides })).toMatchObject({ verdict: 'held', code, field });
  });

  it('refuses a sum of lines that would leave the safe integers', () => {
    const lines = Array.from({ length: 1000 }, (_, index) => ({
      lineNo: index + 1,
      quantityMilli: 1,
      amountKopecks: 1e13,
    }));
    expect(read({ ...receipt(), lines })).toMatchObject({ verdict: 'held', code: 'amountOutOfRange' });
  });

  it('is not harmed by names that JavaScript treats in its own way', () => {
    const text = `{"__proto__":{"operation":"sale"},"constructor":1,"type":"receipt","identities":[{"scheme":"fn","series":"1","number":1}]}`;
    expect(readLine(text)).toMatchObject({ verdict: 'held', code: 'operationUnknown' });
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  it('answers for any text, whatever it is', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.jsonValue().map((value) => JSON.stringify({ identities: value })),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(['usable', 'held', 'rejected']).toContain(readLine(text).verdict);
      }),
      { seed: 17, numRuns: 1000 },
    );
  });
});

describe('nestsDeeperThan', () => {
  it('counts levels of values alone, never brackets in texts', () => {
    expect(nestsDeeperThan('{"a":"[[[[\\"[[["}', 1)).toBe(false);
    expect(nestsDeeperThan('[[[]]]', 2)).toBe(true);
    expect(nestsDeeperThan('[[],[],[{}]]', 3)).toBe(false);
  });

  it('agrees with walking the parsed value', () => {
    const depthOf = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.integer({ min: 0, max: 6 }), (value, levels) => {
        expect(nestsDeeperThan(JSON.stringify(value), levels)).toBe(depthOf(value) > levels);
      }),
      { seed: 19, numRuns: 500 },
    );
  });
});

describe('identities', () => {
  it('are one however they are padded, and a span of one number is that number', () => {
    const identity = (series: string, number: object) =>
      readIdentities([{ scheme: 'fn', series, ...number }]);
    expect(identity(' 7380 ', { number: 5 })).toEqual(identity('7380', { span: { from: 5, to: 5 } }));
  });

  it('give different documents different ids, and the same one the same', () => {
    const first = { kind: 'number', scheme: 'fn', series: '1', number: 2 } as const;
    expect(documentIdOf(first)).toBe(documentIdOf({ ...first }));
    expect(documentIdOf(first)).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    const others = [
      { ...first, number: 3 },
      { ...first, scheme: 'agent' },
      { kind: 'opaque', scheme: 'fn', series: '1', opaqueId: '2' } as const,
    ];
    expect(new Set([first, ...others].map(identityKey)).size).toBe(4);
  });
});

describe('joinRanges', () => {
  it('covers the same numbers with the fewest ranges', () => {
    const numbers = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 40 });
    fc.assert(
      fc.property(numbers, (known) => {
        const { ranges } = joinRanges(
          known.map((number) => ({ from: number, to: number })),
          100,
        );
        const covered = ranges.flatMap(({ from, to }) =>
          Array.from({ length: to - from + 1 }, (_, index) => from + index),
        );
        expect(covered).toEqual([...known].sort((left, right) => left - right));
        ranges.slice(1).forEach((range, index) => {
          expect(range.from).toBeGreaterThan((ranges[index]?.to ?? 0) + 1);
        });
      }),
      { seed: 23, numRuns: 200 },
    );
  });

  it('says when there are more', () => {
    expect(
      joinRanges(
        [1, 3, 5].map((number) => ({ from: number, to: number })),
        2,
      ),
    ).toMatchObject({ truncated: true });
  });
});
