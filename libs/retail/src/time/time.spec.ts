import * as fc from 'fast-check';
import { decideBusinessDate } from './business-date';
import { dateOf, isCalendarDate, parseLocalTime, parseOffset } from './local-time';
import { isTimeZone, ZoneOffsets } from './zone-offsets';

const HOUR_MS = 3_600_000;
const localMs = (text: string): number => parseLocalTime(text)?.localMs ?? Number.NaN;

describe('parseLocalTime', () => {
  it('reads what tills write', () => {
    expect(parseLocalTime('2026-03-02T12:15:07.25')).toEqual({
      localMs: Date.UTC(2026, 2, 2, 12, 15, 7, 250),
      hasSeconds: true,
    });
    expect(parseLocalTime('2026-03-02 12:15')).toEqual({
      localMs: Date.UTC(2026, 2, 2, 12, 15),
      hasSeconds: false,
    });
  });

  it.each([
    '',
    '2026-02-30T10:00:00',
    '2026-13-01T00:00:00',
    '12:15',
    '2026-03-02T12:15:00Z',
    '2026-03-02T25:00',
  ])('refuses %j', (text) => {
    expect(parseLocalTime(text)).toBeNull();
  });

  it('knows the days of the calendar', () => {
    expect(['2024-02-29', '2026-12-31'].every(isCalendarDate)).toBe(true);
    expect(['2026-02-29', '2026-02-30', '2026-13-01', '2026-00-10', 'tomorrow'].some(isCalendarDate)).toBe(
      false,
    );
  });

  it('reads offsets', () => {
    expect(parseOffset('+03:00')).toBe(3 * HOUR_MS);
    expect(parseOffset('-09:30')).toBe(-9.5 * HOUR_MS);
    expect(parseOffset('+99:00')).toBeNull();
  });
});

describe('ZoneOffsets', () => {
  it('knows the zones of Russia, now and before 2014', () => {
    const zones = new ZoneOffsets();
    expect(zones.offsetAt('Europe/Moscow', Date.UTC(2026, 2, 2))).toBe(3 * HOUR_MS);
    expect(zones.offsetAt('Europe/Moscow', Date.UTC(2014, 0, 1))).toBe(4 * HOUR_MS);
    expect(zones.toUtc('Asia/Kamchatka', localMs('2026-03-02T12:00:00'))).toBe(Date.UTC(2026, 2, 2));
    expect(isTimeZone('Europe/Nowhere')).toBe(false);
  });

  it('takes the first of a local hour that occurs twice, and moves on a missing one', () => {
    const zones = new ZoneOffsets();
    expect(zones.toUtc('Europe/Berlin', localMs('2026-10-25T02:30:00'))).toBe(Date.UTC(2026, 9, 25, 0, 30));
    expect(zones.toUtc('Europe/Berlin', localMs('2026-03-29T02:30:00'))).toBe(Date.UTC(2026, 2, 29, 0, 30));
  });

  it('is the inverse of adding the offset, away from changes', () => {
    const zones = new ZoneOffsets();
    const moments = fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2035, 0, 1) });
    fc.assert(
      fc.property(
        moments,
        fc.constantFrom('Europe/Moscow', 'Asia/Yekaterinburg', 'Europe/Kaliningrad', 'UTC'),
        (utcMs, zone) => {
          expect(zones.toUtc(zone, utcMs + zones.offsetAt(zone, utcMs))).toBe(utcMs);
        },
      ),
      { seed: 11, numRuns: 200 },
    );
  });
});

describe('decideBusinessDate', () => {
  const stated = {
    operationalDate: null,
    shiftOpenedLocalMs: null,
    occurredLocalMs: localMs('2026-03-03T02:10:00'),
    clockBelieved: true,
  };

  it('prefers the day of the till software', () => {
    expect(decideBusinessDate({ ...stated, operationalDate: '2026-03-01' }, '06:00')).toEqual({
      businessDate: '2026-03-01',
      rule: 'sourceOperDay',
    });
  });

  it('takes the day on which the shift was opened', () => {
    const opened = { ...stated, shiftOpenedLocalMs: localMs('2026-03-02T20:00:00') };
    expect(decideBusinessDate(opened, '00:00')).toEqual({ businessDate: '2026-03-02', rule: 'shiftOpen' });
  });

  it('does not believe an opening that lies days away', () => {
    const opened = { ...stated, shiftOpenedLocalMs: localMs('2026-02-02T20:00:00') };
    expect(decideBusinessDate(opened, '00:00').rule).toBe('cutover');
  });

  it('counts the night before the cut-over to the day before', () => {
    expect(decideBusinessDate(stated, '06:00')).toEqual({ businessDate: '2026-03-02', rule: 'cutover' });
    expect(decideBusinessDate(stated, '00:00')).toEqual({ businessDate: '2026-03-03', rule: 'cutover' });
  });

  it('says when another clock decided', () => {
    expect(decideBusinessDate({ ...stated, clockBelieved: false }, '00:00').rule).toBe('clock');
    expect(dateOf(stated.occurredLocalMs)).toBe('2026-03-03');
  });
});
