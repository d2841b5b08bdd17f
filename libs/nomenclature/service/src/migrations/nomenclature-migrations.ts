import { runnerMigrations } from '@potok/platform-kafka/runner/runner-migrations';
import type { Migration } from '@potok/platform-postgres/migrations';
import { publicationMigrations } from '@potok/platform-publication/publication-migrations';
import { quarantineMigrations } from '@potok/platform-quarantine/quarantine-migrations';
import { readCopyMigrations } from '@potok/platform-read-copy/read-copy-migrations';
import { createCatalogue } from './0001-create-catalogue';
import { createDecisions } from './0002-create-decisions';
import { addProductKind } from './0003-add-product-kind';
import { addMeaning } from './0004-add-meaning';
import { createStoreCopy } from './0005-create-store-copy';
import { addRuleSetAudit } from './0006-add-rule-set-audit';
import { addExternalSystems } from './0007-add-external-systems';
import { followReturns } from './0008-follow-returns';
import { keepFractions } from './0009-keep-fractions';

/** The schema of the nomenclature, in the order of application. */
export const nomenclatureMigrations: readonly Migration[] = [
  ...runnerMigrations,
  ...quarantineMigrations,
  ...readCopyMigrations,
  ...publicationMigrations,
  createCatalogue,
  createDecisions,
  addProductKind,
  addMeaning,
  createStoreCopy,
  addRuleSetAudit,
  addExternalSystems,
  followReturns,
  keepFractions,
];
