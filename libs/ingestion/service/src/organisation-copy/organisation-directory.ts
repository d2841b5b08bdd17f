import type {
  CredentialRow,
  OrganisationChanges,
  OrganisationQuerying,
  OrganisationSource,
} from '@potok/organisation-contracts/organisation-changes';
import type { RegisterV1 } from '@potok/organisation-contracts/register.v1';
import type { RegistrationV1 } from '@potok/organisation-contracts/registration.v1';
import type { StoreV1 } from '@potok/organisation-contracts/store.v1';
import { seriesKey } from '@potok/ingestion-domain/identities';
import type {
  PlaceDirectory,
  RegisterPlace,
  SeriesRange,
  SpeakingScope,
} from '@potok/ingestion-domain/register-place';

/** A credential with its scope in the form that deciding needs. */
export interface KnownCredential {
  readonly credentialId: string;
  readonly scope: SpeakingScope;
  readonly revoked: boolean;
}

const NO_RANGES: readonly SeriesRange[] = [];

/**
 * Stores, registers, registrations and credentials in memory. It is brought up to date version by version; a reader
 * that is behind for a moment sees an older state of the organisation, never a mixture.
 */
export class OrganisationDirectory implements PlaceDirectory {
  private version = 0;
  private readonly stores = new Map<string, StoreV1>();
  private readonly storeIds = new Map<number, string>();
  private readonly registers = new Map<string, RegisterV1>();
  private readonly registerIds = new Map<number, string>();
  private readonly places = new Map<string, RegisterPlace>();
  private readonly registrations = new Map<string, RegistrationV1[]>();
  private readonly rangesBySeries = new Map<string, readonly SeriesRange[]>();
  private readonly credentials = new Map<string, KnownCredential>();
  private readonly byTokenHash = new Map<string, KnownCredential>();

  constructor(private readonly source: OrganisationSource) {}

  /** Takes over what changed, as the transaction sees it. One statement when nothing did. */
  async refresh(querying: OrganisationQuerying): Promise<void> {
    const changes = await this.source.changesSince(querying, this.version);
    if (changes !== null && changes.version > this.version) this.apply(changes);
  }

  register(registerId: string): RegisterPlace | undefined {
    return this.places.get(registerId);
  }

  ranges(scheme: string, series: string): readonly SeriesRange[] {
    return this.rangesBySeries.get(seriesKey(scheme, series)) ?? NO_RANGES;
  }

  credential(credentialId: string): KnownCredential | undefined {
    return this.credentials.get(credentialId);
  }

  /** By the SHA-256 of a token, hex. Revoked ones are answered too, marked as such. */
  credentialOfToken(tokenHash: string): KnownCredential | undefined {
    return this.byTokenHash.get(tokenHash);
  }

  storeOf(storeId: string): StoreV1 | undefined {
    return this.stores.get(storeId);
  }

  storeIdOf(storeNo: number): string | undefined {
    return this.storeIds.get(storeNo);
  }

  /** Also of a register that is closed. */
  registerIdOf(registerNo: number): string | undefined {
    return this.registerIds.get(registerNo);
  }

  registrationsOf(scheme: string, series: string): readonly RegistrationV1[] {
    return this.registrations.get(seriesKey(scheme, series)) ?? [];
  }

  /** Registers that are in use. */
  allPlaces(): readonly RegisterPlace[] {
    return [...this.places.values()];
  }

  private apply(changes: OrganisationChanges): void {
    const moved = new Set<string>();
    for (const store of changes.stores) {
      this.stores.set(store.storeId, store);
      this.storeIds.set(store.storeNo, store.storeId);
      moved.add(store.storeId);
    }
    for (const register of changes.registers) {
      this.registers.set(register.registerId, register);
      this.registerIds.set(register.registerNo, register.registerId);
    }
    const changed = new Set(changes.registers.map(({ registerId }) => registerId));
    for (const register of this.registers.values()) {
      if (moved.has(register.storeId) || changed.has(register.registerId)) this.place(register);
    }
    for (const registration of changes.registrations) this.applyRegistration(registration);
    for (const credential of changes.credentials) this.applyCredential(credential);
    this.version = changes.version;
  }

  private place(register: RegisterV1): void {
    const store = this.stores.get(register.storeId);
    if (store === undefined || register.archived) {
      this.places.delete(register.registerId);
      return;
    }
    const locationNos = new Map(
      store.locations.map(({ locationId, locationNo }) => [locationId, locationNo]),
    );
    this.places.set(register.registerId, {
      registerId: register.registerId,
      registerNo: register.registerNo,
      storeId: store.storeId,
      storeNo: store.storeNo,
      legalEntityId: store.legalEntityId,
      timeZone: store.timeZone,
      dayCutover: store.dayCutover,
      locationId: register.locationId,
      locationNo: locationNos.get(register.locationId) ?? store.locations[0]?.locationNo ?? store.storeNo,
      locationNos,
    });
  }

  private applyRegistration(registration: RegistrationV1): void {
    const key = seriesKey(registration.scheme, registration.series);
    const others = (this.registrations.get(key) ?? []).filter(
      ({ fromNumber }) => fromNumber !== registration.fromNumber,
    );
    const all = registration.archived ? others : [...others, registration];
    all.sort((left, right) => left.fromNumber - right.fromNumber);
    this.registrations.set(key, all);
    this.rangesBySeries.set(
      key,
      all.map(({ fromNumber, toNumber, registerId }) => ({ fromNumber, toNumber, registerId })),
    );
  }

  private applyCredential(row: CredentialRow): void {
    const registers = row.scope.registers ?? [];
    const stores = row.scope.stores ?? [];
    const system = row.scope.system ?? null;
    const alone = registers.length === 1 && stores.length === 0 && system === null;
    const credential = {
      credentialId: row.credentialId,
      revoked: row.revoked,
      scope: {
        registers: new Set(registers),
        stores: new Set(stores),
        system,
        onlyRegister: alone ? (registers[0] ?? null) : null,
      },
    };
    this.credentials.set(row.credentialId, credential);
    if (row.tokenHash !== null) this.byTokenHash.set(row.tokenHash, credential);
  }
}

/** The numbers of stores, as of now; those that nobody knows are left out. */
export async function storeNosOf(
  directory: OrganisationDirectory,
  querying: OrganisationQuerying,
  storeIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  await directory.refresh(querying);
  const numbers = new Map<string, number>();
  for (const storeId of storeIds) {
    const store = directory.storeOf(storeId);
    if (store !== undefined) numbers.set(storeId, store.storeNo);
  }
  return numbers;
}
