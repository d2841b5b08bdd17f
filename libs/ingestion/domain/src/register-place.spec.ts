import type { KnownIdentity } from './identities';
import { placeOf } from './register-place';
import type { PlaceDirectory, SpeakingScope } from './register-place';
import { PLACE } from './test-documents';

const other = { ...PLACE, registerId: 'store-2-1', storeId: 'store-2' };

const directory: PlaceDirectory = {
  register: (registerId) => [PLACE, other].find((place) => place.registerId === registerId),
  ranges: (_scheme, series) =>
    series === 'moved'
      ? [
          { fromNumber: 0, toNumber: 99, registerId: PLACE.registerId },
          { fromNumber: 100, toNumber: null, registerId: other.registerId },
        ]
      : [],
};

const none: SpeakingScope = { registers: new Set(), stores: new Set(), system: null, onlyRegister: null };
const whole = { ...none, system: 'all' };
const first = { ...none, stores: new Set(['store-1']) };

const fn = (series: string, number: number): KnownIdentity => ({
  kind: 'number',
  scheme: 'fn',
  series,
  number,
});
const agent = (series: string): KnownIdentity => ({ kind: 'number', scheme: 'agent', series, number: 1 });

function place(identities: readonly KnownIdentity[], scope: SpeakingScope, registerId: string | null = null) {
  const found = placeOf({ identities, registerId, scope }, directory);
  return typeof found === 'string' ? found : found.registerId;
}

describe('placeOf', () => {
  it('lets the number range decide, not the sender', () => {
    expect(place([fn('moved', 99)], whole)).toBe('store-1-1');
    expect(place([fn('moved', 100)], whole)).toBe('store-2-1');
    expect(place([fn('moved', 100)], whole, 'store-1-1')).toBe('store-2-1');
  });

  it('refuses somebody else’s register, stated or by its series', () => {
    expect(place([fn('moved', 100)], first)).toBe('registerNotInScope');
    expect(place([fn('moved', 5)], first, 'store-2-1')).toBe('registerNotInScope');
    expect(place([agent('store-2-1/1')], first)).toBe('registerNotInScope');
    expect(place([fn('moved', 5), fn('moved', 100)], first)).toBe('registerNotInScope');
  });

  it('knows registers by the series of their agents, and waits for others to be registered', () => {
    expect(place([agent('store-1-1/7')], first)).toBe('store-1-1');
    expect(place([agent('nowhere/7')], first)).toBe('registerUnknown');
    expect(place([fn('new', 1)], first)).toBe('seriesUnassigned');
    expect(place([fn('new', 1)], first, 'store-1-1')).toBe('seriesUnassigned');
    expect(place([fn('new', 1)], { ...first, onlyRegister: 'store-2-1' })).toBe('registerNotInScope');
  });
});
