import { whatToTry } from './live-demo';
import { plainLine, tableLines, type LiveFigures } from './live-table';

const figures: LiveFigures = {
  stores: 20,
  acknowledged: 12_345,
  perSecond: 98.76,
  unconfirmed: 7,
  toStock: { count: 2_000, p50Ms: 400, p99Ms: 1_900 },
  toReport: { count: 1_990, p50Ms: 700, p99Ms: 2_500 },
  waited: 2,
  gapsOpen: 3,
  silentRegisters: 1,
  quarantineOpen: 12,
  held: 4,
  haltedStreams: 0,
  proof: {
    state: 'done',
    finishedAt: '2026-11-24T12:00:01.000Z',
    receipts: 11_000,
    mismatches: 0,
    unproved: 0,
  },
  offline: ['store-0003-1'],
};

describe('the live table', () => {
  it('shows trade, freshness, what is missing, and the proof', () => {
    expect(tableLines(figures)).toEqual([
      '  trade       20 stores, 98.8 receipts/s, 12 345 acknowledged',
      '  confirmed   all but 7',
      '  to stock    p50 0.4 s, p99 1.9 s, 2 000 receipts of the last 5 minutes',
      '  to reports  p50 0.7 s, p99 2.5 s, 1 990 receipts of the last 5 minutes',
      '  waited      2 of the last 5 minutes were held first, and are in neither',
      '  gaps        3 open, 1 registers silent',
      '  offline     store-0003-1',
      '  quarantine  12 open, of these 4 held',
      '  halted      0 streams',
      '  proof       0 mismatches in 11 000 receipts at 12:00:01 UTC',
    ]);
  });

  it('says the same in one line where there is no terminal', () => {
    expect(plainLine(figures)).toBe(
      '20 stores, 98.8 receipts/s, 12 345 acknowledged, to stock 0.4 s/1.9 s, to reports 0.7 s/2.5 s (p50/p99), ' +
        'gaps 3, quarantine 12 (held 4), halted 0, mismatches 0, offline store-0003-1',
    );
  });

  it('shows stores that could not be proved apart from mismatches', () => {
    const proof = { ...figures.proof, state: 'done', receipts: 11_000, mismatches: 1, unproved: 3 } as const;
    const lagging: LiveFigures = { ...figures, proof: { finishedAt: null, ...proof } };
    expect(tableLines(lagging).at(-1)).toBe(
      '  proof       1 mismatches in 11 000 receipts (3 stores not proved) at 12:00:01 UTC',
    );
    expect(plainLine(lagging)).toContain('mismatches 1 (3 stores not proved)');
  });

  it('claims nothing that is not known', () => {
    const empty = { count: 0, p50Ms: null, p99Ms: null };
    const unknown: LiveFigures = {
      ...figures,
      ...{ perSecond: null, toStock: empty, toReport: empty, gapsOpen: null, silentRegisters: null },
      ...{ quarantineOpen: null, held: null, haltedStreams: null, proof: null, offline: [] },
    };
    expect(tableLines(unknown).join('\n')).toContain('proof       not asked for yet');
    expect(plainLine(unknown)).toContain('gaps -, quarantine - (held -), halted -, mismatches -');
  });
});

describe('what there is to try', () => {
  it('names addresses and whole commands, and never the token', () => {
    const url = 'http://127.0.0.1:4000';
    const addresses = { ingestion: [url], nomenclature: [url], stock: [url], reporting: [url] };
    const text = whatToTry({ addresses }, 2).join('\n');
    expect(text).toContain(`pages to try it ${url}/docs  metrics ${url}/metrics`);
    expect(text).toContain('echo store-0002-1 > .potok/demo-offline');
    expect(text).toContain('npm run demo -- break-row');
    expect(text).not.toContain('ptk_');
  });
});
