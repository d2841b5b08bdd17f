import { integerArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import { isTimeZone, ZoneOffsets } from '@potok/retail/time/zone-offsets';

const UTC = 'UTC';
const LOCAL_INSTANT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d:\d\d)/;

/** Instants as the clock of a store shows them. A store of which no zone is known yet has UTC. */
export class StoreClocks {
  private readonly offsets = new ZoneOffsets();
  private readonly zones: ReadonlyMap<string, string>;

  constructor(zones: Iterable<readonly [storeId: string, timeZone: string | null]>) {
    this.zones = new Map(
      [...zones].map(([storeId, zone]) => [storeId, zone !== null && isTimeZone(zone) ? zone : UTC]),
    );
  }

  /** The zones of these stores, for a heading. */
  get label(): string {
    const names = [...new Set(this.zones.values())].sort();
    return names.length > 1 ? `местное: ${names.join(', ')}` : (names[0] ?? UTC);
  }

  /** `2026-03-02T06:13:00.000Z` is `02.03.2026 09:13:00` in Moscow: what a Russian spreadsheet takes for a time. */
  local(storeId: string, instant: string): string {
    const utcMs = Date.parse(instant);
    const localMs = utcMs + this.offsets.offsetAt(this.zones.get(storeId) ?? UTC, utcMs);
    const parts = LOCAL_INSTANT.exec(new Date(localMs).toISOString());
    if (parts === null) return instant;
    const [, year, month, day, time] = parts;
    return `${String(day)}.${String(month)}.${String(year)} ${String(time)}`;
  }
}

interface StoreZone {
  readonly store_id: string;
  readonly time_zone: string | null;
}

/** Of these stores; null = all. */
export async function readStoreClocks(tx: Tx, storeNos: readonly number[] | null): Promise<StoreClocks> {
  const { rows } = await tx.query<StoreZone>(
    'SELECT store_id, time_zone FROM store_copy WHERE $1::int[] IS NULL OR store_no = ANY($1::int[])',
    [storeNos === null ? null : integerArray(storeNos)],
  );
  return new StoreClocks(rows.map(({ store_id, time_zone }) => [store_id, time_zone]));
}
