import { bytes, durationMs, integer, url } from '@potok/platform-config/fields';
import type { NomenclatureSettings } from './nomenclature-service';

const MIB = 1024 * 1024;

/** Configuration of the nomenclature: for every app that hosts it. */
export const nomenclatureConfigFields = {
  nomenclatureDatabaseUrl: url('postgres', 'postgresql').describe(
    "The nomenclature's role and database in PostgreSQL",
  ),
  nomenclatureDatabasePoolMax: integer(2, 100)
    .default(10)
    .describe('Connections of the nomenclature to PostgreSQL'),
  nomenclatureCommitRecordsMax: integer(1, 100_000)
    .default(2_000)
    .describe('Documents in one transaction at most'),
  nomenclatureCommitBytesMax: bytes(1_024, 256 * MIB)
    .default(16 * MIB)
    .describe('Bytes of documents in one transaction at most'),
  nomenclatureCommitLingerMs: durationMs(0, 1_000)
    .default(5)
    .describe('How long documents may wait for others to join their transaction'),
  nomenclatureParallelTransactions: integer(1, 16)
    .default(2)
    .describe('Transactions of the nomenclature at once'),
};

interface NomenclatureConfig {
  readonly nomenclatureDatabaseUrl: string;
  readonly nomenclatureDatabasePoolMax: number;
  readonly nomenclatureCommitRecordsMax: number;
  readonly nomenclatureCommitBytesMax: number;
  readonly nomenclatureCommitLingerMs: number;
  readonly nomenclatureParallelTransactions: number;
}

export function nomenclatureSettings(config: NomenclatureConfig): NomenclatureSettings {
  return {
    database: { url: config.nomenclatureDatabaseUrl, poolMax: config.nomenclatureDatabasePoolMax },
    caps: {
      recordsMax: config.nomenclatureCommitRecordsMax,
      bytesMax: config.nomenclatureCommitBytesMax,
      lingerMs: config.nomenclatureCommitLingerMs,
    },
    parallelTransactions: config.nomenclatureParallelTransactions,
  };
}
