import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { uuidv5 } from './uuid';

const DNS = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';

function reference(namespace: string, name: string): string {
  const hash = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name, 'utf8');
  const bytes = hash.digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

describe('uuidv5', () => {
  it('answers the example of the RFC', () => {
    expect(uuidv5(DNS, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
  });

  it('agrees with the platform’s SHA-1 for any name', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.string({ unit: 'binary', maxLength: 300 }), (namespace, name) => {
        expect(uuidv5(namespace, name)).toBe(reference(namespace, name));
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  it('refuses a namespace that is no uuid', () => {
    expect(() => uuidv5('nothing', 'name')).toThrow('not a uuid');
  });
});
