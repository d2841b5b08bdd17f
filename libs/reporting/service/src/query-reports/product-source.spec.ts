import { spansOf } from './product-source';

const show = (from: string, to: string) =>
  spansOf(from, to).map((span) => `${span.sign === 1 ? '+' : '-'}${span.table} ${span.from}…${span.to}`);

describe('sums by product over a period', () => {
  it('take whole months from the sums of months', () => {
    expect(show('2026-01-01', '2026-02-28')).toEqual([
      '+monthly 2026-01-01…2026-01-01',
      '+monthly 2026-02-01…2026-02-01',
    ]);
  });

  it('take the begun month whole and what is too much off, where that is less', () => {
    expect(show('2026-11-01', '2026-11-24')).toEqual([
      '+monthly 2026-11-01…2026-11-01',
      '-daily 2026-11-25…2026-11-30',
    ]);
    expect(show('2026-11-03', '2026-11-28')).toEqual([
      '+monthly 2026-11-01…2026-11-01',
      '-daily 2026-11-01…2026-11-02',
      '-daily 2026-11-29…2026-11-30',
    ]);
  });

  it('add a few days by days, over the end of a year too', () => {
    expect(show('2025-12-30', '2026-01-02')).toEqual([
      '+daily 2025-12-30…2025-12-31',
      '+daily 2026-01-01…2026-01-02',
    ]);
    expect(show('2024-02-29', '2024-02-29')).toEqual(['+daily 2024-02-29…2024-02-29']);
  });
});
