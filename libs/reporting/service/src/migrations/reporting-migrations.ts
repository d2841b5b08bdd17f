import { runnerMigrations } from '@potok/platform-kafka/runner/runner-migrations';
import type { Migration } from '@potok/platform-postgres/migrations';
import { publicationMigrations } from '@potok/platform-publication/publication-migrations';
import { quarantineMigrations } from '@potok/platform-quarantine/quarantine-migrations';
import { createReadCopies } from './0001-create-read-copies';

/** The schema of reporting, in the order of application. */
export const reportingMigrations: readonly Migration[] = [
  ...runnerMigrations,
  ...quarantineMigrations,
  ...publicationMigrations,
  createReadCopies,
];
