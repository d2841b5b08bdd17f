import { bytes, durationMs, integer, url } from '@potok/platform-config/fields';
import type { StockSettings } from './stock-service';

const MIB = 1024 * 1024;

/** Configuration of the stock ledger: for every app that hosts it. */
export const stockConfigFields = {
  stockDatabaseUrl: url('postgres', 'postgresql').describe(
    "The stock ledger's role and database in PostgreSQL",
  ),
  stockDatabasePoolMax: integer(2, 100).default(10).describe('Connections of the stock ledger to PostgreSQL'),
  stockCommitRecordsMax: integer(1, 100_000).default(2_000).describe('Receipts in one transaction at most'),
  stockCommitBytesMax: bytes(1_024, 256 * MIB)
    .default(16 * MIB)
    .describe('Bytes of receipts in one transaction at most'),
  stockCommitLingerMs: durationMs(0, 1_000)
    .default(5)
    .describe('How long receipts may wait for others to join their transaction'),
  stockParallelTransactions: integer(1, 16).default(2).describe('Transactions of the ledger at once'),
  stockFoldIntervalMs: durationMs(50, 1_000)
    .default(1_000)
    .describe('While trade is live a store is folded this often'),
  stockFoldMovementsMax: integer(1_000, 1_000_000)
    .default(400_000)
    .describe('Movements folded by one transaction at most'),
  stockFoldCatchUpMovements: integer(1, 1_000_000)
    .default(50_000)
    .describe('While the ledger catches up, a store is folded after this many movements'),
  stockFoldWaitMaxMs: durationMs(1_000, 60_000)
    .default(10_000)
    .describe('A store is folded after this time at the latest, also while the ledger catches up'),
};

interface StockConfig {
  readonly stockDatabaseUrl: string;
  readonly stockDatabasePoolMax: number;
  readonly stockCommitRecordsMax: number;
  readonly stockCommitBytesMax: number;
  readonly stockCommitLingerMs: number;
  readonly stockParallelTransactions: number;
  readonly stockFoldIntervalMs: number;
  readonly stockFoldMovementsMax: number;
  readonly stockFoldCatchUpMovements: number;
  readonly stockFoldWaitMaxMs: number;
}

export function stockSettings(config: StockConfig): StockSettings {
  return {
    database: { url: config.stockDatabaseUrl, poolMax: config.stockDatabasePoolMax },
    commitRecordsMax: config.stockCommitRecordsMax,
    commitBytesMax: config.stockCommitBytesMax,
    commitLingerMs: config.stockCommitLingerMs,
    parallelTransactions: config.stockParallelTransactions,
    foldIntervalMs: config.stockFoldIntervalMs,
    foldMovementsMax: config.stockFoldMovementsMax,
    foldCatchUpMovements: config.stockFoldCatchUpMovements,
    foldWaitMaxMs: config.stockFoldWaitMaxMs,
  };
}
