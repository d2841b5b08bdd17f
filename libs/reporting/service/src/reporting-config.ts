import { bytes, durationMs, integer, url } from '@potok/platform-config/fields';
import type { ReportingSettings } from './reporting-service';

const MIB = 1024 * 1024;

/** Configuration of reporting: for every app that hosts it. */
export const reportingConfigFields = {
  reportingDatabaseUrl: url('postgres', 'postgresql').describe("Reporting's role and database in PostgreSQL"),
  reportingDatabasePoolMax: integer(2, 100).default(10).describe('Connections of reporting to PostgreSQL'),
  reportingCommitRecordsMax: integer(1, 100_000)
    .default(2_000)
    .describe('Receipts in one transaction at most'),
  reportingCommitBytesMax: bytes(1_024, 256 * MIB)
    .default(16 * MIB)
    .describe('Bytes of receipts in one transaction at most'),
  reportingCommitLingerMs: durationMs(0, 1_000)
    .default(20)
    .describe('How long receipts may wait for others to join their transaction'),
  reportingParallelTransactions: integer(1, 16).default(2).describe('Transactions of reporting at once'),
  biRows: integer(0, 1).default(1).describe('0 = no rows are made for the topic bi.receipt-lines.v1'),
  biCommitLingerMs: durationMs(0, 5_000)
    .default(100)
    .describe('How long receipts may wait for others to join the transaction that makes their rows for BI'),
  biDaysIntervalMs: durationMs(100, 60_000)
    .default(2_000)
    .describe('Sums of a day are published on bi.daily-sales.v1 this often at most'),
  reportingFoldCatchUpEvents: integer(1, 1_000_000)
    .default(2_000)
    .describe('While much comes in, the products of a store are summed after this many receipts'),
  reportingFoldWaitMaxMs: durationMs(200, 600_000)
    .default(60_000)
    .describe(
      'They are summed after this time at the latest; what is not summed yet is counted all the same',
    ),
};

interface ReportingConfig {
  readonly reportingDatabaseUrl: string;
  readonly reportingDatabasePoolMax: number;
  readonly reportingCommitRecordsMax: number;
  readonly reportingCommitBytesMax: number;
  readonly reportingCommitLingerMs: number;
  readonly reportingParallelTransactions: number;
  readonly biRows: number;
  readonly biCommitLingerMs: number;
  readonly biDaysIntervalMs: number;
  readonly reportingFoldCatchUpEvents: number;
  readonly reportingFoldWaitMaxMs: number;
}

export function reportingSettings(config: ReportingConfig): ReportingSettings {
  return {
    database: { url: config.reportingDatabaseUrl, poolMax: config.reportingDatabasePoolMax },
    commitRecordsMax: config.reportingCommitRecordsMax,
    commitBytesMax: config.reportingCommitBytesMax,
    commitLingerMs: config.reportingCommitLingerMs,
    parallelTransactions: config.reportingParallelTransactions,
    biDaysIntervalMs: config.biDaysIntervalMs,
    biRows: {
      enabled: config.biRows === 1,
      commitRecordsMax: config.reportingCommitRecordsMax,
      commitBytesMax: config.reportingCommitBytesMax,
      commitLingerMs: config.biCommitLingerMs,
    },
    foldCatchUpEvents: config.reportingFoldCatchUpEvents,
    foldWaitMaxMs: config.reportingFoldWaitMaxMs,
  };
}
