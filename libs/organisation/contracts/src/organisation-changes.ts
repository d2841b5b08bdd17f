import type { CredentialScope } from './organisation-http';
import type { RegisterV1 } from './register.v1';
import type { RegistrationV1 } from './registration.v1';
import type { StoreV1 } from './store.v1';

/** A device's credential as the edge and the intake know it. Its token is known by its hash alone. */
export interface CredentialRow {
  readonly credentialId: string;
  readonly scope: CredentialScope;
  /** SHA-256 of the token, hex; null until it was enrolled. */
  readonly tokenHash: string | null;
  readonly revoked: boolean;
}

/** Rows that changed after a version, and the version that they lead to. */
export interface OrganisationChanges {
  readonly version: number;
  readonly stores: readonly StoreV1[];
  readonly registers: readonly RegisterV1[];
  readonly registrations: readonly RegistrationV1[];
  readonly credentials: readonly CredentialRow[];
}

/** Runs statements: an open transaction, or a database for reads outside of one. */
export interface OrganisationQuerying {
  query<R extends object>(sql: string, parameters?: readonly unknown[]): Promise<{ readonly rows: R[] }>;
}

/**
 * How ingestion, in the same service, learns of the organisation: version by version, in the transaction that uses
 * it. Null when nothing changed after `version`.
 */
export interface OrganisationSource {
  changesSince(querying: OrganisationQuerying, version: number): Promise<OrganisationChanges | null>;
}
