/** A moment as a till states it: no zone. Milliseconds since 1970 as if the local time were UTC. */
export interface LocalTime {
  readonly localMs: number;
  /** False when the seconds are not stated. */
  readonly hasSeconds: boolean;
}

const LOCAL_TIME = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?$/;
const OFFSET = /^([+-])(\d{2}):(\d{2})$/;
const DATE_LENGTH = 10;
const MINUTE_MS = 60_000;

/** `2026-03-02T12:15[:00[.000]]` (a blank may stand for T), or null when it is no such moment. */
export function parseLocalTime(text: string): LocalTime | null {
  const parts = LOCAL_TIME.exec(text);
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second = '00', fraction = '0'] = parts;
  const milliseconds = fraction.slice(0, 3).padEnd(3, '0');
  const localMs = Date.parse(
    `${String(year)}-${String(month)}-${String(day)}T${String(hour)}:${String(minute)}:${second}.${milliseconds}Z`,
  );
  const real = !Number.isNaN(localMs) && new Date(localMs).getUTCDate() === Number(day);
  return real ? { localMs, hasSeconds: parts[6] !== undefined } : null;
}

/** `+03:00` in milliseconds, or null. */
export function parseOffset(text: string): number | null {
  const parts = OFFSET.exec(text);
  if (parts === null) return null;
  const minutes = Number(parts[2]) * 60 + Number(parts[3]);
  if (minutes > 18 * 60) return null;
  return (parts[1] === '-' ? -minutes : minutes) * MINUTE_MS;
}

/** The calendar date of a local moment, `YYYY-MM-DD`. */
export function dateOf(localMs: number): string {
  return new Date(localMs).toISOString().slice(0, DATE_LENGTH);
}

/** True for `YYYY-MM-DD` that is a day of the calendar. */
export function isCalendarDate(text: string): boolean {
  const ms = Date.parse(`${text}T00:00:00.000Z`);
  return !Number.isNaN(ms) && dateOf(ms) === text;
}
