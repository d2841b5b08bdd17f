import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { declareEvent, factsTopic } from '@potok/kernel/contract';
import { z } from 'zod';
import { checkCatalogues, findUndescribed } from './generate/check-catalogues';
import { findDeclarations } from './generate/find-declarations';
import type { Catalogue, DeclaredEvent } from './generate/load-catalogues';
import { compareOutputs, writeOutputs } from './generate/outputs';
import { renderDeclarations } from './generate/render-declarations';
import { renderReference } from './generate/render-reference';
import { renderValidators } from './generate/render-validators';
import { repositoryRoot } from './generate/repository';

const topic = factsTopic({ name: 'retail.parcel.parcels.v1', context: 'parcel', description: 'Parcels.' });

const content = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('letter').describe('Paper'), pages: z.int().min(1).describe('Sheets') }),
  z.object({ kind: z.literal('box').describe('Goods'), weightGrams: z.int().describe('Grams') }),
]);

const schema = z.object({
  parcelId: z
    .string()
    .max(8)
    .describe('Id')
    .meta({ examples: ['p-1'] }),
  note: z.string().nullable().describe('Free words'),
  size: z.enum(['small', 'large']).nullable().describe('Size class'),
  content: content.describe('What is inside'),
});

const example = { parcelId: 'p-1', note: null, size: 'small', content: { kind: 'letter', pages: 2 } };

function parcelSent(changes: Partial<DeclaredEvent> = {}): DeclaredEvent {
  return declareEvent<z.ZodType>({
    name: 'retail.parcel.parcel-sent',
    version: 1,
    topic,
    description: 'A parcel left.',
    schema,
    mustUnderstand: true,
    example,
    ...changes,
  });
}

function catalogue(declaration: DeclaredEvent, changes: Partial<Catalogue> = {}): Catalogue {
  const events = [{ declaration, exported: { module: 'parcel-sent.v1', name: 'parcelSentV1' } }];
  return { context: 'parcel', topics: [topic], events, schemas: {}, tables: [], ...changes };
}

type Guard = ((value: unknown) => boolean) & { errors?: readonly { instancePath: string }[] | null };

function compiled(declared: Catalogue): Record<string, Guard> {
  const code = renderValidators([declared]).find((output) => output.path.endsWith('.js'))?.text ?? '';
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'validators-'));
  const file = path.join(folder, 'validators.js');
  fs.writeFileSync(file, code);
  const guards = jest.requireActual<Record<string, Guard>>(file);
  fs.rmSync(folder, { recursive: true });
  return guards;
}

describe('generated validators', () => {
  const validate = compiled(catalogue(parcelSent()))['validateParcelSentV1'];

  it('accepts the example, unknown fields included: published objects are open', () => {
    expect(validate?.(example)).toBe(true);
    expect(validate?.({ ...example, addedLater: 1 })).toBe(true);
  });

  it.each([
    ['/parcelId', { ...example, parcelId: 'far-too-long' }],
    ['/note', { ...example, note: 7 }],
    ['/size', { ...example, size: 'huge' }],
    ['/content/pages', { ...example, content: { kind: 'letter', pages: 1.5 } }],
    ['/content', { ...example, content: { kind: 'letter' } }],
    ['/content', { ...example, content: { kind: 'stone' } }],
  ])('refuses a wrong %s and points at it', (pointer, value) => {
    expect(validate?.(value)).toBe(false);
    expect(validate?.errors?.[0]?.instancePath).toBe(pointer);
  });

  it('accepts null where it is allowed', () => {
    expect(validate?.({ ...example, size: null })).toBe(true);
  });

  it('needs fields with a default of owners, not of senders', () => {
    const withDefault = z.object({ copies: z.int().default(1).describe('How many') });
    const guards = compiled(
      catalogue(parcelSent({ schema: withDefault, example: { copies: 1 } }), {
        schemas: { put: withDefault },
      }),
    );
    expect(guards['validateParcelSentV1']?.({})).toBe(false);
    expect(guards['validatePut']?.({})).toBe(true);
  });
});

describe('rules of the contracts', () => {
  it('has no objection to a sound catalogue', () => {
    expect(checkCatalogues([catalogue(parcelSent())])).toEqual([]);
    expect(findUndescribed([catalogue(parcelSent())])).toEqual([]);
  });

  it.each<[string, Catalogue]>([
    ['the example does not fit', catalogue(parcelSent({ example: { ...example, note: 7 } }))],
    ['stands in no catalogue', catalogue(parcelSent(), { topics: [] })],
    ['stands in the catalogue of', { ...catalogue(parcelSent()), context: 'letters' }],
    ['the name must', catalogue(parcelSent({ name: 'ParcelSent' }))],
    [
      'two validators named validateParcelSentV1',
      catalogue(parcelSent(), { schemas: { parcelSentV1: schema } }),
    ],
    ['is declared twice', { ...catalogue(parcelSent()), topics: [topic, topic] }],
    [
      'the example "a-long-one" does not fit the field',
      catalogue(
        parcelSent({
          schema: z.object({
            id: z
              .string()
              .max(3)
              .describe('Id')
              .meta({ examples: ['a-long-one'] }),
          }),
          example: { id: 'p' },
        }),
      ),
    ],
    [
      'has no JSON Schema',
      catalogue(parcelSent({ schema: z.object({ at: z.date() }), example: { at: new Date(0) } })),
    ],
  ])('names what is wrong: %s', (problem, declared) => {
    expect(checkCatalogues([declared]).join('\n')).toContain(problem);
  });

  it('names fields without a description at any depth', () => {
    const bare = z.object({ lines: z.array(z.object({ amount: z.int() })).describe('Lines') });
    const declared = catalogue(parcelSent({ schema: bare, example: { lines: [] } }));
    expect(findUndescribed([declared])).toEqual(['parcel: field lines[].amount has no description']);
  });
});

describe('generated files', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'generate-'));
  afterAll(() => {
    fs.rmSync(folder, { recursive: true });
  });

  it('are stale when an event changes, and again fresh once written; leftovers go', () => {
    const render = (declared: Catalogue) => [...renderValidators([declared]), ...renderReference([declared])];
    fs.mkdirSync(path.join(folder, 'libs'));
    const before = render(catalogue(parcelSent()));
    writeOutputs(folder, before);
    expect(compareOutputs(folder, before)).toEqual([]);

    const after = render(catalogue(parcelSent({ version: 2 })));
    expect(compareOutputs(folder, after)).toEqual([
      'docs/reference/schemas/retail.parcel.parcel-sent.v1.json',
      'docs/reference/schemas/retail.parcel.parcel-sent.v2.json',
      'docs/reference/topics.json',
      'docs/reference/topics.md',
      'libs/parcel/contracts/src/generated/validators.d.ts',
      'libs/parcel/contracts/src/generated/validators.js',
    ]);
    writeOutputs(folder, after);
    expect(compareOutputs(folder, after)).toEqual([]);
  });
});

describe('the reference of declarations', () => {
  it('lists the configuration, the problems and the metrics of every library that declares some', async () => {
    const declarations = await findDeclarations(repositoryRoot(__dirname));
    const pages = renderDeclarations(declarations);
    const text = pages.map((page) => page.text).join('\n');
    expect(pages.map((page) => page.path)).toEqual([
      'docs/reference/configuration.md',
      'docs/reference/errors.md',
      'docs/reference/metrics.md',
    ]);
    for (const expected of [
      '`KAFKA_BROKERS`',
      '`bodyTruncated`',
      '`validationFailed`',
      '`potok_log_lag_records`',
    ]) {
      expect(text).toContain(expected);
    }
    // A secret's default is never shown.
    expect(text).toMatch(/`VAULT_KEY` \|.*\(secret\) \| required \|/);
  });
});
