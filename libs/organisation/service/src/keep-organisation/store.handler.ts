import { present } from '@potok/kernel/assert';
import type { Clock } from '@potok/kernel/clock';
import type { PutStore } from '@potok/organisation-contracts/organisation-http';
import type { StoreV1 } from '@potok/organisation-contracts/store.v1';
import { isTimeZone } from '@potok/retail/time/zone-offsets';
import { ProblemError } from '@potok/platform-http/problem';
import { textArray } from '@potok/platform-postgres/array-parameters';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import type { OrganisationPublication } from '../publish-organisation/organisation-publication';
import { readLegalEntities, readStores } from '../storage/organisation-rows';
import { lockOrganisation, nextChangeNo } from '../storage/organisation-version';
import { organisationProblems } from './organisation-problems';

type Wanted = PutStore & { readonly storeId: string; readonly defaultLocationId: string };

export class StoreHandler {
  constructor(
    private readonly database: Transactor,
    private readonly publication: OrganisationPublication,
    private readonly clock: Clock,
  ) {}

  /** Makes or changes it; locations that are left out stay. Answers the row as it is now. */
  put(storeId: string, body: PutStore): Promise<StoreV1> {
    if (!isTimeZone(body.timeZone))
      throw new ProblemError(organisationProblems.timeZoneUnknown, { detail: body.timeZone });
    return this.database.tx(async (tx) => {
      await lockOrganisation(tx);
      const byId = { sql: 'WHERE store_id = $1', parameters: [storeId] };
      const [known] = await readStores(tx, byId);
      const wanted = withLocations(storeId, body, known);
      if (known !== undefined && isAsWanted(known, wanted)) return known;
      await this.checkReferences(tx, wanted, known);
      await this.store(tx, wanted);
      const [row] = await readStores(tx, byId);
      const stored = present(row, 'the store just stored');
      await this.publication.stores.changed(tx, [stored]);
      return stored;
    });
  }

  list(): Promise<readonly StoreV1[]> {
    return readStores(this.database, { sql: 'ORDER BY store_id', parameters: [] });
  }

  private async checkReferences(tx: Tx, wanted: Wanted, known: StoreV1 | undefined): Promise<void> {
    const byId = { sql: 'WHERE legal_entity_id = $1', parameters: [wanted.legalEntityId] };
    const [legalEntity] = await readLegalEntities(tx, byId);
    if (legalEntity === undefined) {
      throw new ProblemError(organisationProblems.legalEntityUnknown, { detail: wanted.legalEntityId });
    }
    const { rows } = await tx.query<{ location_id: string }>(
      'SELECT location_id FROM location WHERE location_id = ANY ($1::text[]) AND store_id <> $2',
      [textArray(wanted.locations.map(({ locationId }) => locationId)), wanted.storeId],
    );
    if (rows[0] !== undefined) {
      throw new ProblemError(organisationProblems.locationElsewhere, { detail: rows[0].location_id });
    }
    const all = [...wanted.locations, ...(known?.locations ?? [])];
    if (all.some(({ locationId }) => locationId === wanted.defaultLocationId)) return;
    throw new ProblemError(organisationProblems.locationUnknown, { detail: wanted.defaultLocationId });
  }

  private async store(tx: Tx, wanted: Wanted): Promise<void> {
    await tx.query(
      `INSERT INTO store AS kept (store_id, name, legal_entity_id, time_zone, day_cutover, aliases, default_location_id,
         version, recorded_at, change_no)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 1, to_timestamp($8::bigint / 1000.0), $9)
       ON CONFLICT (store_id) DO UPDATE SET name = excluded.name, legal_entity_id = excluded.legal_entity_id,
         time_zone = excluded.time_zone, day_cutover = excluded.day_cutover, aliases = excluded.aliases,
         default_location_id = excluded.default_location_id, version = kept.version + 1,
         recorded_at = greatest(kept.recorded_at, excluded.recorded_at), change_no = excluded.change_no`,
      [
        wanted.storeId,
        wanted.name,
        wanted.legalEntityId,
        wanted.timeZone,
        wanted.dayCutover,
        JSON.stringify(wanted.aliases),
        wanted.defaultLocationId,
        this.clock.nowMs(),
        await nextChangeNo(tx),
      ],
    );
    await tx.query(
      `INSERT INTO location (location_id, store_id, name)
       SELECT location_id, $2, name FROM unnest($1::text[], $3::text[]) AS wanted (location_id, name)
       ON CONFLICT (location_id) DO UPDATE SET name = excluded.name`,
      [
        textArray(wanted.locations.map(({ locationId }) => locationId)),
        wanted.storeId,
        textArray(wanted.locations.map(({ name }) => name)),
      ],
    );
  }
}

/** Without any location the store gets one with its own id. */
function withLocations(storeId: string, body: PutStore, known: StoreV1 | undefined): Wanted {
  const none = body.locations.length === 0 && known === undefined;
  const locations = none ? [{ locationId: storeId, name: body.name }] : body.locations;
  const first = known?.defaultLocationId ?? locations[0]?.locationId ?? storeId;
  return { ...body, storeId, locations, defaultLocationId: body.defaultLocationId ?? first };
}

function isAsWanted(known: StoreV1, wanted: Wanted): boolean {
  const names = new Map(known.locations.map(({ locationId, name }) => [locationId, name]));
  return (
    known.name === wanted.name &&
    known.legalEntityId === wanted.legalEntityId &&
    known.timeZone === wanted.timeZone &&
    known.dayCutover === wanted.dayCutover &&
    known.defaultLocationId === wanted.defaultLocationId &&
    JSON.stringify(known.aliases) === JSON.stringify(wanted.aliases) &&
    wanted.locations.every(({ locationId, name }) => names.get(locationId) === name)
  );
}
