import { FreshnessWindow } from './freshness-window';

describe('the freshness of the last minutes', () => {
  it('measures from the arrival to the stage, whichever is read first', () => {
    const window = new FreshnessWindow();
    window.arrived('a', 1_000);
    window.reaches('stock', 'a', 1_400);
    window.reaches('stock', 'b', 3_000);
    window.arrived('b', 2_000);
    expect(window.figures('stock', 4_000)).toEqual({ count: 2, p50Ms: 1_000, p99Ms: 1_000 });
    expect(window.figures('report', 4_000)).toEqual({ count: 0, p50Ms: null, p99Ms: null });
  });

  it('counts a document once for each stage, however often it is told', () => {
    const window = new FreshnessWindow();
    for (const atMs of [1_500, 9_000]) {
      window.arrived('a', 1_000);
      window.reaches('stock', 'a', atMs);
      window.reaches('report', 'a', atMs + 500);
    }
    expect(window.figures('stock', 10_000)).toEqual({ count: 1, p50Ms: 500, p99Ms: 500 });
    expect(window.figures('report', 10_000)).toEqual({ count: 1, p50Ms: 1_000, p99Ms: 1_000 });
  });

  it('leaves out what was held first, and says how many', () => {
    const window = new FreshnessWindow();
    window.reaches('stock', 'held', 91_000);
    window.waited('held', 90_000);
    window.arrived('prompt', 90_000);
    window.reaches('stock', 'prompt', 90_400);
    // Told again.
    window.arrived('held', 1_000);
    window.waited('prompt', 90_000);
    window.waited('held', 95_000);
    expect(window.figures('stock', 100_000)).toEqual({ count: 1, p50Ms: 400, p99Ms: 400 });
    expect(window.waitedCount(100_000)).toBe(1);
    expect(window.waitedCount(391_000)).toBe(0);
  });

  it('forgets what is older than five minutes, and holds no more than a bound of the rest', () => {
    const window = new FreshnessWindow();
    window.arrived('old', 0);
    window.reaches('stock', 'old', 90_000);
    for (let index = 0; index < 30_000; index += 1) {
      window.arrived(`new-${String(index)}`, 500_000);
      window.reaches('stock', `new-${String(index)}`, 500_100);
    }
    expect(window.figures('stock', 500_200)).toEqual({ count: 5_000, p50Ms: 100, p99Ms: 100 });
    expect(window.figures('stock', 900_000).count).toBe(0);
  });
});
