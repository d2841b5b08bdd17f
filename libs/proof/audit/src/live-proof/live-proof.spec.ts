import { SilentLogger } from '@potok/platform-telemetry/logger';
import type { ChainProof } from '../conservation/prove-chain';
import { proofAddresses } from './live-proof-config';
import { ProofRuns } from './proof-runs';

const CLEAN: ChainProof = { stores: 2, receipts: 5, lines: 9, days: [], differences: [], unproved: [] };

function runsOf(prove: (progress: (done: number, of: number) => void) => Promise<ChainProof>): ProofRuns {
  return new ProofRuns({
    prove,
    nowMs: () => Date.parse('2026-03-02T10:00:00.000Z'),
    logger: new SilentLogger(),
  });
}

describe('live proofs', () => {
  it('run one at a time and keep the last result', async () => {
    let calls = 0;
    const runs = runsOf(async (progress) => {
      calls += 1;
      progress(1, 2);
      await Promise.resolve();
      return CLEAN;
    });
    expect(runs.state.state).toBe('never');
    const first = runs.start();
    expect(runs.start()).toBe(first);
    expect(runs.state).toMatchObject({ state: 'running', storesDone: 1, storesTotal: 2 });
    await first;
    expect(calls).toBe(1);
    expect(runs.state).toMatchObject({ state: 'done', finishedAt: '2026-03-02T10:00:00.000Z', last: CLEAN });
  });

  it('say why they failed, and keep what was proved before', async () => {
    let fails = false;
    const runs = runsOf(() => (fails ? Promise.reject(new Error('no answer')) : Promise.resolve(CLEAN)));
    await runs.start();
    fails = true;
    await runs.start();
    expect(runs.state).toMatchObject({ state: 'failed', failure: 'no answer', last: CLEAN });
  });
});

describe('addresses of the proof', () => {
  it('are the own one where none are given', () => {
    expect(proofAddresses({ proofIntervalMinutes: 0, httpPort: 8080 })).toMatchObject({
      ingestion: 'http://127.0.0.1:8080',
      reporting: 'http://127.0.0.1:8080',
    });
  });

  it('are refused where one is missing or none', () => {
    const of = (proofServiceUrls: string) => () =>
      proofAddresses({ proofIntervalMinutes: 0, httpPort: 1, proofServiceUrls });
    expect(of('ingestion=http://a,stock=http://b')).toThrow('names not all');
    expect(of('ingestion=ftp://a')).toThrow('is not service=');
    expect(of('ingestion=http://a/,nomenclature=http://b,stock=http://c,reporting=http://d')()).toMatchObject(
      {
        ingestion: 'http://a',
      },
    );
  });
});
