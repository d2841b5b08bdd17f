import { HealthRegistry } from './health';

describe('HealthRegistry', () => {
  it('is ready when every check is, and says which is not', async () => {
    const health = new HealthRegistry();
    let caughtUp = false;
    health.addReadiness('broker', () => ({ ok: true }));
    health.addReadiness('read copies', () => Promise.resolve({ ok: caughtUp, detail: 'loading' }));
    expect(await health.ready()).toEqual({
      ok: false,
      checks: { broker: { ok: true }, 'read copies': { ok: false, detail: 'loading' } },
    });
    caughtUp = true;
    expect((await health.ready()).ok).toBe(true);
  });

  it('takes a check that throws, or never answers, for a bad one', async () => {
    jest.useFakeTimers();
    const health = new HealthRegistry();
    health.addLiveness('throws', () => {
      throw new Error('broken');
    });
    health.addLiveness('hangs', () => new Promise(() => undefined));
    const report = health.live();
    await jest.advanceTimersByTimeAsync(2_000);
    jest.useRealTimers();
    expect(await report).toEqual({
      ok: false,
      checks: {
        throws: { ok: false, detail: 'broken' },
        hangs: { ok: false, detail: 'no answer in 2000 ms' },
      },
    });
  });

  it('is not ready once it is closing, but lives', async () => {
    const health = new HealthRegistry();
    health.addReadiness('broker', () => ({ ok: true }));
    health.close();
    expect((await health.ready()).ok).toBe(false);
    expect((await health.live()).ok).toBe(true);
  });

  it('does not take two checks of one name', () => {
    const health = new HealthRegistry();
    health.addReadiness('broker', () => ({ ok: true }));
    expect(() => {
      health.addReadiness('broker', () => ({ ok: true }));
    }).toThrow('broker');
  });
});
