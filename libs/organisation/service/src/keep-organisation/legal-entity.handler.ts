import { present } from '@potok/kernel/assert';
import type { Clock } from '@potok/kernel/clock';
import type { PutLegalEntity } from '@potok/organisation-contracts/organisation-http';
import type { LegalEntityV1 } from '@potok/organisation-contracts/legal-entity.v1';
import type { Transactor } from '@potok/platform-postgres/tx';
import type { OrganisationPublication } from '../publish-organisation/organisation-publication';
import { readLegalEntities } from '../storage/organisation-rows';
import { lockOrganisation, nextChangeNo } from '../storage/organisation-version';

export class LegalEntityHandler {
  constructor(
    private readonly database: Transactor,
    private readonly publication: OrganisationPublication,
    private readonly clock: Clock,
  ) {}

  /** Makes or changes it; the same again changes nothing. Answers the row as it is now. */
  put(legalEntityId: string, body: PutLegalEntity): Promise<LegalEntityV1> {
    return this.database.tx(async (tx) => {
      await lockOrganisation(tx);
      const byId = { sql: 'WHERE legal_entity_id = $1', parameters: [legalEntityId] };
      const [known] = await readLegalEntities(tx, byId);
      if (known?.name === body.name && known.inn === body.inn) return known;
      await tx.query(
        `INSERT INTO legal_entity AS kept (legal_entity_id, inn, name, version, recorded_at, change_no)
         VALUES ($1, $2, $3, 1, to_timestamp($4::bigint / 1000.0), $5)
         ON CONFLICT (legal_entity_id) DO UPDATE SET inn = excluded.inn, name = excluded.name,
           version = kept.version + 1, recorded_at = greatest(kept.recorded_at, excluded.recorded_at),
           change_no = excluded.change_no`,
        [legalEntityId, body.inn, body.name, this.clock.nowMs(), await nextChangeNo(tx)],
      );
      const [row] = await readLegalEntities(tx, byId);
      const stored = present(row, 'the legal entity just stored');
      await this.publication.legalEntities.changed(tx, [stored]);
      return stored;
    });
  }

  list(): Promise<readonly LegalEntityV1[]> {
    return readLegalEntities(this.database, { sql: 'ORDER BY legal_entity_id', parameters: [] });
  }
}
