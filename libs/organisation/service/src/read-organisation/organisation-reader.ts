import type {
  OrganisationChanges,
  OrganisationQuerying,
  OrganisationSource,
} from '@potok/organisation-contracts/organisation-changes';
import { readCredentials, readRegisters, readRegistrations, readStores } from '../storage/organisation-rows';

/** The changes of the organisation's own tables, version by version. */
export class OrganisationReader implements OrganisationSource {
  async changesSince(querying: OrganisationQuerying, version: number): Promise<OrganisationChanges | null> {
    const { rows } = await querying.query<{ version: bigint }>('SELECT version FROM organisation_version');
    const current = Number(rows[0]?.version ?? 0);
    if (current <= version) return null;
    // What commits between these statements has a higher number than `current`: it is read again the next time.
    const changed = { sql: 'WHERE change_no > $1', parameters: [version] };
    return {
      version: current,
      stores: await readStores(querying, changed),
      registers: await readRegisters(querying, changed),
      registrations: await readRegistrations(querying, changed),
      credentials: await readCredentials(querying, changed),
    };
  }
}
