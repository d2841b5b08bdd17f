import { runnerMigrations } from '@potok/platform-kafka/runner/runner-migrations';
import type { Migration } from '@potok/platform-postgres/migrations';
import { publicationMigrations } from '@potok/platform-publication/publication-migrations';
import { quarantineMigrations } from '@potok/platform-quarantine/quarantine-migrations';
import { readCopyMigrations } from '@potok/platform-read-copy/read-copy-migrations';
import { createBiRows } from './0101-create-bi-rows';
import { createBiViews } from './0102-create-bi-views';
import { explainBiViews } from './0103-explain-bi-views';
import { createBiDays } from './0104-create-bi-days';
import { narrowBiLines } from './0105-narrow-bi-lines';
import { createReadCopies } from './0001-create-read-copies';
import { createFacts } from './0002-create-facts';
import { sayPurpose } from './0003-say-purpose';
import { keepShiftStatements } from './0004-keep-shift-statements';
import { sumTheChain } from './0005-sum-the-chain';
import { packSums } from './0006-pack-sums';
import { tellDiscountsApart } from './0007-tell-discounts-apart';

/** The schema of reporting, in the order of application. */
export const reportingMigrations: readonly Migration[] = [
  ...runnerMigrations,
  ...quarantineMigrations,
  ...readCopyMigrations,
  ...publicationMigrations,
  createReadCopies,
  createFacts,
  sayPurpose,
  keepShiftStatements,
  sumTheChain,
  packSums,
  tellDiscountsApart,
  createBiRows,
  createBiViews,
  explainBiViews,
  createBiDays,
  narrowBiLines,
];
