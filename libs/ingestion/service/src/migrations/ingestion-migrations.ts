import type { Migration } from '@potok/platform-postgres/migrations';
import { createIdentities } from './0001-create-identities';
import { createDocuments } from './0002-create-documents';
import { createVault } from './0003-create-vault';
import { createCompleteness } from './0004-create-completeness';
import { createCompletenessDecisions } from './0005-create-completeness-decisions';
import { indexDifferingReports } from './0006-index-differing-reports';
import { createDecisions } from './0007-create-decisions';
import { createRemaps } from './0008-create-remaps';
import { addSpanLength } from './0009-add-span-length';
import { createPrivacyActions } from './0020-create-privacy-actions';
import { stateBeginnings } from './0021-state-beginnings';

/** The tables of ingestion itself, in the order of their making. */
export const ingestionMigrations: readonly Migration[] = [
  createIdentities,
  createDocuments,
  createVault,
  createCompleteness,
  createCompletenessDecisions,
  indexDifferingReports,
  createDecisions,
  createRemaps,
  addSpanLength,
  createPrivacyActions,
  stateBeginnings,
];
