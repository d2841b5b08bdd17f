import { runnerMigrations } from '@potok/platform-kafka/runner/runner-migrations';
import type { Migration } from '@potok/platform-postgres/migrations';
import { publicationMigrations } from '@potok/platform-publication/publication-migrations';
import { quarantineMigrations } from '@potok/platform-quarantine/quarantine-migrations';
import { readCopyMigrations } from '@potok/platform-read-copy/read-copy-migrations';
import { createLedger } from './0001-create-ledger';
import { createStoreCopy } from './0002-create-store-copy';
import { createRegisterCompleteness } from './0003-create-register-completeness';

/** The schema of the stock ledger, in the order of application. */
export const stockMigrations: readonly Migration[] = [
  ...runnerMigrations,
  ...quarantineMigrations,
  ...readCopyMigrations,
  ...publicationMigrations,
  createLedger,
  createStoreCopy,
  createRegisterCompleteness,
];
