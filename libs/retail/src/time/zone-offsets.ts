const HOUR_MS = 3_600_000;
const HOURS_KEPT_MAX = 20_000;

/** True for an IANA name that this runtime knows. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

interface Zone {
  readonly format: Intl.DateTimeFormat;
  readonly offsetByHour: Map<number, number>;
}

/**
 * Offsets of IANA zones. `Intl` takes tens of microseconds, so the offset is kept by zone and UTC hour: zones change
 * at whole hours, but for a few that change at the half, where the half hour after the change is off.
 */
export class ZoneOffsets {
  private readonly zones = new Map<string, Zone>();

  /** Milliseconds to add to UTC. Throws RangeError for an unknown zone. */
  offsetAt(timeZone: string, utcMs: number): number {
    const zone = this.zoneOf(timeZone);
    const hour = Math.floor(utcMs / HOUR_MS);
    const known = zone.offsetByHour.get(hour);
    if (known !== undefined) return known;
    if (zone.offsetByHour.size >= HOURS_KEPT_MAX) zone.offsetByHour.clear();
    const offset = offsetFrom(zone.format, hour * HOUR_MS);
    zone.offsetByHour.set(hour, offset);
    return offset;
  }

  /** The UTC moment of a local one. Of a local hour that occurs twice it is the first, as before the change. */
  toUtc(timeZone: string, localMs: number): number {
    const before = this.offsetAt(timeZone, localMs - 24 * HOUR_MS);
    const candidate = localMs - before;
    if (this.offsetAt(timeZone, candidate) === before) return candidate;
    return localMs - this.offsetAt(timeZone, candidate);
  }

  private zoneOf(timeZone: string): Zone {
    const existing = this.zones.get(timeZone);
    if (existing !== undefined) return existing;
    const zone = { format: formatOf(timeZone), offsetByHour: new Map<number, number>() };
    this.zones.set(timeZone, zone);
    return zone;
  }
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
}

function offsetFrom(format: Intl.DateTimeFormat, utcMs: number): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(utcMs)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - utcMs;
}
