import { toInstant } from '@potok/kernel/clock';
import type { CredentialScope } from '@potok/organisation-contracts/organisation-http';
import type { CredentialRow, OrganisationQuerying } from '@potok/organisation-contracts/organisation-changes';
import type { LegalEntityV1 } from '@potok/organisation-contracts/legal-entity.v1';
import type { RegisterV1 } from '@potok/organisation-contracts/register.v1';
import type { RegistrationV1 } from '@potok/organisation-contracts/registration.v1';
import type { StoreV1 } from '@potok/organisation-contracts/store.v1';

/** A condition with its parameters: `WHERE` of one of the reads below. */
export interface Condition {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

interface Versioned {
  readonly archived: boolean;
  readonly version: bigint;
  readonly recorded_at: Date;
}

interface LegalEntityColumns extends Versioned {
  readonly legal_entity_id: string;
  readonly legal_entity_no: number;
  readonly inn: string;
  readonly name: string;
}

export async function readLegalEntities(
  querying: OrganisationQuerying,
  { sql, parameters }: Condition,
): Promise<LegalEntityV1[]> {
  const { rows } = await querying.query<LegalEntityColumns>(
    `SELECT legal_entity_id, legal_entity_no, inn, name, archived, version, recorded_at FROM legal_entity ${sql}`,
    parameters,
  );
  return rows.map((row) => ({
    legalEntityId: row.legal_entity_id,
    inn: row.inn,
    name: row.name,
    legalEntityNo: row.legal_entity_no,
    ...versionOf(row),
  }));
}

interface StoreColumns extends Versioned {
  readonly store_id: string;
  readonly store_no: number;
  readonly name: string;
  readonly legal_entity_id: string;
  readonly time_zone: string;
  readonly day_cutover: string;
  readonly aliases: StoreV1['aliases'];
  readonly locations: StoreV1['locations'];
  readonly default_location_id: string;
}

export async function readStores(
  querying: OrganisationQuerying,
  { sql, parameters }: Condition,
): Promise<StoreV1[]> {
  const { rows } = await querying.query<StoreColumns>(
    `SELECT store.store_id, store.store_no, store.name, store.legal_entity_id, store.time_zone, store.day_cutover,
            store.aliases, store.default_location_id, store.archived, store.version, store.recorded_at,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('locationId', location.location_id, 'name', location.name,
                      'locationNo', location.location_no) ORDER BY location.location_no), '[]')
             FROM location WHERE location.store_id = store.store_id) AS locations
     FROM store ${sql}`,
    parameters,
  );
  return rows.map((row) => ({
    storeId: row.store_id,
    name: row.name,
    legalEntityId: row.legal_entity_id,
    timeZone: row.time_zone,
    dayCutover: row.day_cutover,
    storeNo: row.store_no,
    aliases: row.aliases,
    locations: row.locations.map(({ locationId, name, locationNo }) => ({ locationId, name, locationNo })),
    defaultLocationId: row.default_location_id,
    ...versionOf(row),
  }));
}

interface RegisterColumns extends Versioned {
  readonly register_id: string;
  readonly register_no: number;
  readonly store_id: string;
  readonly name: string;
  readonly location_id: string;
}

export async function readRegisters(
  querying: OrganisationQuerying,
  { sql, parameters }: Condition,
): Promise<RegisterV1[]> {
  const { rows } = await querying.query<RegisterColumns>(
    `SELECT register_id, register_no, store_id, name, location_id, archived, version, recorded_at FROM register ${sql}`,
    parameters,
  );
  return rows.map((row) => ({
    registerId: row.register_id,
    storeId: row.store_id,
    name: row.name,
    locationId: row.location_id,
    registerNo: row.register_no,
    ...versionOf(row),
  }));
}

interface RegistrationColumns extends Versioned {
  readonly scheme: string;
  readonly series: string;
  readonly from_number: bigint;
  readonly to_number: bigint | null;
  readonly register_id: string;
  readonly numbering: RegistrationV1['numbering'];
  readonly coverage: string[];
  readonly document_count_slack: number | null;
  readonly registration_number: string | null;
  readonly device_serial: string | null;
  readonly seller_inn: string | null;
  readonly store_id: string;
  readonly legal_entity_id: string;
}

export async function readRegistrations(
  querying: OrganisationQuerying,
  { sql, parameters }: Condition,
): Promise<RegistrationV1[]> {
  const { rows } = await querying.query<RegistrationColumns>(
    `SELECT scheme, series, from_number, to_number, register_id, numbering, coverage, document_count_slack,
            registration_number, device_serial, seller_inn, store_id, legal_entity_id, archived, version, recorded_at
     FROM registration ${sql}`,
    parameters,
  );
  return rows.map((row) => ({
    scheme: row.scheme,
    series: row.series,
    registerId: row.register_id,
    fromNumber: Number(row.from_number),
    toNumber: row.to_number === null ? null : Number(row.to_number),
    numbering: row.numbering,
    coverage: row.coverage,
    documentCountSlack: row.document_count_slack ?? undefined,
    registrationNumber: row.registration_number ?? undefined,
    deviceSerial: row.device_serial ?? undefined,
    sellerInn: row.seller_inn ?? undefined,
    storeId: row.store_id,
    legalEntityId: row.legal_entity_id,
    ...versionOf(row),
  }));
}

interface CredentialColumns {
  readonly credential_id: string;
  readonly scope: CredentialScope;
  readonly token_hash: Buffer | null;
  readonly revoked_at: Date | null;
}

export async function readCredentials(
  querying: OrganisationQuerying,
  { sql, parameters }: Condition,
): Promise<CredentialRow[]> {
  const { rows } = await querying.query<CredentialColumns>(
    `SELECT credential_id, scope, token_hash, revoked_at FROM credential ${sql}`,
    parameters,
  );
  return rows.map((row) => ({
    credentialId: row.credential_id,
    scope: row.scope,
    tokenHash: row.token_hash === null ? null : row.token_hash.toString('hex'),
    revoked: row.revoked_at !== null,
  }));
}

function versionOf(row: Versioned): { archived: boolean; version: number; recordedAt: string } {
  return {
    archived: row.archived,
    version: Number(row.version),
    recordedAt: toInstant(row.recorded_at.getTime()),
  };
}
