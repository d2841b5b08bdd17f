import type { CredentialScope } from '@potok/organisation-contracts/organisation-http';
import type {
  CredentialRow,
  OrganisationChanges,
  OrganisationSource,
} from '@potok/organisation-contracts/organisation-changes';
import type { RegisterV1 } from '@potok/organisation-contracts/register.v1';
import type { RegistrationV1 } from '@potok/organisation-contracts/registration.v1';
import type { StoreV1 } from '@potok/organisation-contracts/store.v1';

const RECORDED_AT = '2026-03-01T00:00:00.000Z';
const ROW = { archived: false, version: 1, recordedAt: RECORDED_AT };

/** An organisation in memory, for tests: it answers all of itself whenever it has changed. */
export class FixedOrganisation implements OrganisationSource {
  private version = 0;
  private readonly stores: StoreV1[] = [];
  private readonly registers: RegisterV1[] = [];
  private readonly registrations: RegistrationV1[] = [];
  private readonly credentials: CredentialRow[] = [];

  changesSince(_querying: unknown, version: number): Promise<OrganisationChanges | null> {
    const { stores, registers, registrations, credentials } = this;
    if (this.version <= version) return Promise.resolve(null);
    return Promise.resolve({ version: this.version, stores, registers, registrations, credentials });
  }

  store(storeNo: number, overrides: Partial<StoreV1> = {}): this {
    const storeId = `store-${String(storeNo)}`;
    const locations = [{ locationId: storeId, locationNo: storeNo, name: 'Зал' }];
    this.stores.push({
      storeId,
      name: `Магазин № ${String(storeNo)}`,
      legalEntityId: 'ooo',
      timeZone: 'Europe/Moscow',
      dayCutover: '00:00',
      storeNo,
      aliases: [],
      locations,
      defaultLocationId: storeId,
      ...ROW,
      ...overrides,
    });
    return this.changed();
  }

  register(storeNo: number, place: number): this {
    const storeId = `store-${String(storeNo)}`;
    const registerId = `${storeId}-${String(place)}`;
    const registerNo = storeNo * 100 + place;
    this.registers.push({ registerId, storeId, name: 'Касса', locationId: storeId, registerNo, ...ROW });
    return this.changed();
  }

  series(registerId: string, series: string, overrides: Partial<RegistrationV1> = {}): this {
    const storeId = registerId.slice(0, registerId.lastIndexOf('-'));
    this.registrations.push({
      scheme: 'fn',
      series,
      registerId,
      storeId,
      legalEntityId: 'ooo',
      fromNumber: 0,
      toNumber: null,
      numbering: 'dense',
      coverage: [],
      ...ROW,
      ...overrides,
    });
    return this.changed();
  }

  credential(credentialId: string, scope: CredentialScope, tokenHash: string | null = null): this {
    const others = this.credentials.filter((row) => row.credentialId !== credentialId);
    this.credentials.splice(0, this.credentials.length, ...others, {
      credentialId,
      scope,
      tokenHash,
      revoked: false,
    });
    return this.changed();
  }

  revoke(credentialId: string): this {
    const revoked = this.credentials.map((row) =>
      row.credentialId === credentialId ? { ...row, revoked: true } : row,
    );
    this.credentials.splice(0, this.credentials.length, ...revoked);
    return this.changed();
  }

  private changed(): this {
    this.version += 1;
    return this;
  }
}
