import { present } from '@potok/kernel/assert';
import type { Clock } from '@potok/kernel/clock';
import type { PutRegister } from '@potok/organisation-contracts/organisation-http';
import type { RegisterV1 } from '@potok/organisation-contracts/register.v1';
import { ProblemError } from '@potok/platform-http/problem';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import type { OrganisationPublication } from '../publish-organisation/organisation-publication';
import { readRegisters, readStores } from '../storage/organisation-rows';
import { lockOrganisation, nextChangeNo } from '../storage/organisation-version';
import { organisationProblems } from './organisation-problems';

export class RegisterHandler {
  constructor(
    private readonly database: Transactor,
    private readonly publication: OrganisationPublication,
    private readonly clock: Clock,
  ) {}

  /** Makes or changes it; it stays in its store. Answers the row as it is now. */
  put(registerId: string, body: PutRegister): Promise<RegisterV1> {
    return this.database.tx(async (tx) => {
      await lockOrganisation(tx);
      const byId = { sql: 'WHERE register_id = $1', parameters: [registerId] };
      const [known] = await readRegisters(tx, byId);
      if (known !== undefined && known.storeId !== body.storeId) {
        throw new ProblemError(organisationProblems.storeFixed, { detail: `it stands in ${known.storeId}` });
      }
      const locationId = await locationFor(tx, body, known);
      if (known?.name === body.name && known.locationId === locationId) return known;
      await tx.query(
        `INSERT INTO register AS kept (register_id, store_id, name, location_id, version, recorded_at, change_no)
         VALUES ($1, $2, $3, $4, 1, to_timestamp($5::bigint / 1000.0), $6)
         ON CONFLICT (register_id) DO UPDATE SET name = excluded.name, location_id = excluded.location_id,
           version = kept.version + 1, recorded_at = greatest(kept.recorded_at, excluded.recorded_at),
           change_no = excluded.change_no`,
        [registerId, body.storeId, body.name, locationId, this.clock.nowMs(), await nextChangeNo(tx)],
      );
      const [row] = await readRegisters(tx, byId);
      const stored = present(row, 'the register just stored');
      await this.publication.registers.changed(tx, [stored]);
      return stored;
    });
  }

  list(): Promise<readonly RegisterV1[]> {
    return readRegisters(this.database, { sql: 'ORDER BY register_id', parameters: [] });
  }
}

async function locationFor(tx: Tx, body: PutRegister, known: RegisterV1 | undefined): Promise<string> {
  const [store] = await readStores(tx, { sql: 'WHERE store_id = $1', parameters: [body.storeId] });
  if (store === undefined)
    throw new ProblemError(organisationProblems.storeUnknown, { detail: body.storeId });
  const wanted = body.locationId ?? known?.locationId ?? store.defaultLocationId;
  if (store.locations.some(({ locationId }) => locationId === wanted)) return wanted;
  throw new ProblemError(organisationProblems.locationUnknown, { detail: wanted });
}
