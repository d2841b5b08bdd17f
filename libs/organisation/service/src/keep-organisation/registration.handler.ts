import { present } from '@potok/kernel/assert';
import type { Clock } from '@potok/kernel/clock';
import { overlaps } from '@potok/organisation-domain/number-range';
import type { PostRegistration } from '@potok/organisation-contracts/organisation-http';
import type { RegistrationV1 } from '@potok/organisation-contracts/registration.v1';
import { ProblemError } from '@potok/platform-http/problem';
import { textArray } from '@potok/platform-postgres/array-parameters';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import type { OrganisationPublication } from '../publish-organisation/organisation-publication';
import { readRegisters, readRegistrations, readStores } from '../storage/organisation-rows';
import { lockOrganisation, nextChangeNo } from '../storage/organisation-version';
import { organisationProblems } from './organisation-problems';

export class RegistrationHandler {
  constructor(
    private readonly database: Transactor,
    private readonly publication: OrganisationPublication,
    private readonly clock: Clock,
  ) {}

  /** Gives a number range of a series to a register, or changes the range that begins there. The same again: nothing. */
  post(body: PostRegistration): Promise<RegistrationV1> {
    const wanted = { ...body, series: body.series.trim() };
    return this.database.tx(async (tx) => {
      await lockOrganisation(tx);
      const series = { sql: 'WHERE scheme = $1 AND series = $2', parameters: [wanted.scheme, wanted.series] };
      const ranges = await readRegistrations(tx, series);
      const known = ranges.find(({ fromNumber }) => fromNumber === wanted.fromNumber);
      if (known !== undefined && isAsWanted(known, wanted)) return known;
      refuseOverlap(ranges, wanted, known);
      await this.store(tx, wanted);
      const stored = (await readRegistrations(tx, series)).find(
        ({ fromNumber }) => fromNumber === wanted.fromNumber,
      );
      const registration = present(stored, 'the registration just stored');
      await this.publication.registrations.changed(tx, [registration]);
      return registration;
    });
  }

  list(): Promise<readonly RegistrationV1[]> {
    return readRegistrations(this.database, { sql: 'ORDER BY scheme, series, from_number', parameters: [] });
  }

  private async store(tx: Tx, wanted: PostRegistration): Promise<void> {
    const [register] = await readRegisters(tx, {
      sql: 'WHERE register_id = $1',
      parameters: [wanted.registerId],
    });
    if (register === undefined)
      throw new ProblemError(organisationProblems.registerUnknown, { detail: wanted.registerId });
    const [store] = await readStores(tx, { sql: 'WHERE store_id = $1', parameters: [register.storeId] });
    const { legalEntityId } = present(store, 'the store of a register');
    await tx.query(
      `INSERT INTO registration AS kept (scheme, series, from_number, to_number, register_id, numbering, coverage,
         registration_number, device_serial, seller_inn, store_id, legal_entity_id, version, recorded_at, change_no,
         document_count_slack)
       VALUES ($1, $2, $3, $4, $5, $6, $7::text[], $8, $9, $10, $11, $12, 1, to_timestamp($13::bigint / 1000.0), $14,
         $15)
       ON CONFLICT (scheme, series, from_number) DO UPDATE SET to_number = excluded.to_number,
         register_id = excluded.register_id, numbering = excluded.numbering, coverage = excluded.coverage,
         registration_number = excluded.registration_number, device_serial = excluded.device_serial,
         seller_inn = excluded.seller_inn, store_id = excluded.store_id, legal_entity_id = excluded.legal_entity_id,
         version = kept.version + 1, recorded_at = greatest(kept.recorded_at, excluded.recorded_at),
         change_no = excluded.change_no, document_count_slack = excluded.document_count_slack`,
      [
        wanted.scheme,
        wanted.series,
        wanted.fromNumber,
        wanted.toNumber,
        wanted.registerId,
        wanted.numbering,
        textArray(wanted.coverage),
        wanted.registrationNumber?.trim() ?? null,
        wanted.deviceSerial?.trim() ?? null,
        wanted.sellerInn ?? null,
        register.storeId,
        legalEntityId,
        this.clock.nowMs(),
        await nextChangeNo(tx),
        wanted.documentCountSlack ?? null,
      ],
    );
  }
}

/** A range may be closed or extended where it stands; to whom it belongs changes only where that is said. */
function refuseOverlap(
  ranges: readonly RegistrationV1[],
  wanted: PostRegistration,
  known: RegistrationV1 | undefined,
): void {
  const another = known !== undefined && known.registerId !== wanted.registerId;
  const taken = another && !wanted.reassign ? known : undefined;
  const other =
    taken ?? ranges.find((range) => range !== known && !range.archived && overlaps(range, wanted));
  if (other === undefined) return;
  const end = other.toNumber === null ? '…' : String(other.toNumber);
  const detail = `${String(other.fromNumber)}–${end} belong to ${other.registerId}`;
  throw new ProblemError(organisationProblems.rangeOverlaps, { detail });
}

function isAsWanted(known: RegistrationV1, wanted: PostRegistration): boolean {
  return (
    known.registerId === wanted.registerId &&
    known.toNumber === wanted.toNumber &&
    known.numbering === wanted.numbering &&
    known.documentCountSlack === wanted.documentCountSlack &&
    known.registrationNumber === wanted.registrationNumber?.trim() &&
    known.deviceSerial === wanted.deviceSerial?.trim() &&
    known.sellerInn === wanted.sellerInn &&
    JSON.stringify(known.coverage) === JSON.stringify(wanted.coverage)
  );
}
