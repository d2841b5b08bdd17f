import { nextProofMs } from './proof-pace';

const at = (second: number) => new Date(second * 1_000).toISOString();

describe('how often a demo is proved', () => {
  it('begins when it is told to, and never twice at once', () => {
    expect(nextProofMs({ state: 'never', startedAt: null, finishedAt: null }, 45_000)).toBe(45_000);
    expect(nextProofMs({ state: 'running', startedAt: at(100), finishedAt: at(50) }, 45_000)).toBeNull();
  });

  it('takes at most a quarter of the time, and rests a while after the shortest', () => {
    expect(nextProofMs({ state: 'done', startedAt: at(100), finishedAt: at(104) }, 0)).toBe(116_000);
    expect(nextProofMs({ state: 'failed', startedAt: at(100), finishedAt: at(104) }, 0)).toBe(116_000);
    expect(nextProofMs({ state: 'done', startedAt: at(100), finishedAt: at(100.2) }, 0)).toBe(110_200);
  });
});
