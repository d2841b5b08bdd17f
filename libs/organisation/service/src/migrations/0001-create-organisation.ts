import type { Migration } from '@potok/platform-postgres/migrations';

/** `change_no` grows in the order of commits: a reader asks for what changed since the version that it knows. */
export const createOrganisation: Migration = {
  id: 'organisation-0001-create-organisation',
  up: `
    CREATE TABLE organisation_version (
      one boolean PRIMARY KEY DEFAULT true CHECK (one),
      version bigint NOT NULL
    );
    INSERT INTO organisation_version (version) VALUES (0);

    CREATE TABLE legal_entity (
      legal_entity_id text PRIMARY KEY,
      legal_entity_no int GENERATED ALWAYS AS IDENTITY UNIQUE,
      inn text NOT NULL,
      name text NOT NULL,
      archived boolean NOT NULL DEFAULT false,
      version bigint NOT NULL,
      recorded_at timestamptz NOT NULL,
      change_no bigint NOT NULL
    );

    CREATE TABLE store (
      store_id text PRIMARY KEY,
      store_no int GENERATED ALWAYS AS IDENTITY UNIQUE,
      name text NOT NULL,
      legal_entity_id text NOT NULL REFERENCES legal_entity,
      time_zone text NOT NULL,
      day_cutover text NOT NULL,
      aliases jsonb NOT NULL,
      default_location_id text NOT NULL,
      archived boolean NOT NULL DEFAULT false,
      version bigint NOT NULL,
      recorded_at timestamptz NOT NULL,
      change_no bigint NOT NULL
    );
    CREATE INDEX store_change ON store (change_no);

    CREATE TABLE location (
      location_id text PRIMARY KEY,
      location_no int GENERATED ALWAYS AS IDENTITY UNIQUE,
      store_id text NOT NULL REFERENCES store,
      name text NOT NULL
    );
    CREATE INDEX location_store ON location (store_id);

    CREATE TABLE register (
      register_id text PRIMARY KEY,
      register_no int GENERATED ALWAYS AS IDENTITY UNIQUE,
      store_id text NOT NULL REFERENCES store,
      name text NOT NULL,
      location_id text NOT NULL REFERENCES location,
      archived boolean NOT NULL DEFAULT false,
      version bigint NOT NULL,
      recorded_at timestamptz NOT NULL,
      change_no bigint NOT NULL
    );
    CREATE INDEX register_change ON register (change_no);

    CREATE TABLE registration (
      scheme text NOT NULL,
      series text NOT NULL,
      from_number bigint NOT NULL,
      to_number bigint,
      register_id text NOT NULL REFERENCES register,
      numbering text NOT NULL,
      coverage text[] NOT NULL,
      registration_number text,
      device_serial text,
      seller_inn text,
      store_id text NOT NULL REFERENCES store,
      legal_entity_id text NOT NULL REFERENCES legal_entity,
      archived boolean NOT NULL DEFAULT false,
      version bigint NOT NULL,
      recorded_at timestamptz NOT NULL,
      change_no bigint NOT NULL,
      PRIMARY KEY (scheme, series, from_number)
    );
    CREATE INDEX registration_change ON registration (change_no);

    CREATE TABLE credential (
      credential_id text PRIMARY KEY,
      name text NOT NULL,
      scope jsonb NOT NULL,
      enrolment_hash bytea UNIQUE,
      enrolment_expires_at timestamptz NOT NULL,
      token_hash bytea UNIQUE,
      created_by text NOT NULL,
      created_at timestamptz NOT NULL,
      enrolled_at timestamptz,
      revoked_at timestamptz,
      change_no bigint NOT NULL
    );
    CREATE INDEX credential_change ON credential (change_no);
  `,
};
