import { bytes, durationMs, integer, list, secret, text, url } from '@potok/platform-config/fields';
import { TRAINING_PREFIXES } from '@potok/ingestion-domain/training';
import type { IngestionSettings } from './ingestion-service';

const MIB = 1024 * 1024;
const KEY_BYTES = 32;
const KEY_TEXT_MAX = 100;

/** Configuration of register-ingestion: for every app that hosts it. */
export const ingestionConfigFields = {
  ingestionDatabaseUrl: url('postgres', 'postgresql').describe(
    "register-ingestion's role and database in PostgreSQL",
  ),
  ingestionDatabasePoolMax: integer(4, 100)
    .default(12)
    .describe('Connections of register-ingestion to PostgreSQL'),
  vaultKey: secret(
    text(KEY_TEXT_MAX).refine(
      (value) => Buffer.from(value, 'base64').length === KEY_BYTES,
      '32 bytes as base64',
    ),
  ).describe(
    'Key under which personal data is kept: 32 bytes, base64. Without it nobody can read them again',
  ),
  ingestionCommitRecordsMax: integer(1, 100_000).default(1_000).describe('Lines in one transaction at most'),
  ingestionCommitBytesMax: bytes(1_024, 256 * MIB)
    .default(4 * MIB)
    .describe('Bytes of lines in one transaction at most'),
  ingestionCommitLingerMs: durationMs(0, 1_000)
    .default(5)
    .describe('How long lines may wait for others to join their transaction'),
  ingestionParallelTransactions: integer(1, 16).default(2).describe('Transactions of the intake at once'),
  trainingSeriesPrefixes: list()
    .default([...TRAINING_PREFIXES])
    .describe('Serials of training drives begin so: archived, never published'),
  edgeInflightBytesMax: bytes(MIB, 4_096 * MIB)
    .default(128 * MIB)
    .describe('Bytes on their way to the broker, all senders together; more is answered 503'),
  edgeSenderInflightBytesMax: bytes(MIB, 1_024 * MIB)
    .default(32 * MIB)
    .describe('Bytes of one sender on their way to the broker; more is answered 429'),
  edgeSenderRequestsMax: integer(1, 10_000)
    .default(32)
    .describe('Requests of one sender in hand; more are answered 429'),
  edgeAcknowledgeWithinMs: durationMs(100, 120_000)
    .default(10_000)
    .describe('Time for the broker to acknowledge before a line is answered `retry`'),
  edgeRetryAfterSeconds: integer(1, 600).default(2).describe('What Retry-After names'),
  edgeStaleAfterMs: durationMs(1_000, 60_000)
    .default(45_000)
    .describe('Without news of revocations for this long nobody is let in'),
  completenessEveryMs: durationMs(50, 60_000)
    .default(1_000)
    .describe('A statement about a register at most once in this time'),
  completenessTailGraceMs: durationMs(0, 600_000)
    .default(5_000)
    .describe('What a heartbeat states may be on its way for so long before it counts as missing'),
  resendAfterSeconds: integer(1, 86_400)
    .default(15)
    .describe('So long a hole may close by itself before its sender is asked to send again'),
  heartbeatExpectedSeconds: integer(10, 86_400)
    .default(180)
    .describe('A register that is not heard of for longer counts as silent'),
  seriesStoppedAfterSeconds: integer(60, 31_536_000)
    .default(86_400)
    .describe(
      'A series that has given nothing for longer than this, while its register goes on, is shown as holding it back',
    ),
  statementsKeepDays: integer(0, 36_500)
    .default(0)
    .describe(
      'Published statements of completeness are deleted after so many days, never before their topic deletes them; 0 = never: a consumer that begins anew needs them from the first one on',
    ),
};

interface IngestionConfig {
  readonly ingestionDatabaseUrl: string;
  readonly ingestionDatabasePoolMax: number;
  readonly vaultKey: string;
  readonly ingestionCommitRecordsMax: number;
  readonly ingestionCommitBytesMax: number;
  readonly ingestionCommitLingerMs: number;
  readonly ingestionParallelTransactions: number;
  readonly trainingSeriesPrefixes: readonly string[];
  readonly edgeInflightBytesMax: number;
  readonly edgeSenderInflightBytesMax: number;
  readonly edgeSenderRequestsMax: number;
  readonly edgeAcknowledgeWithinMs: number;
  readonly edgeRetryAfterSeconds: number;
  readonly edgeStaleAfterMs: number;
  readonly completenessEveryMs: number;
  readonly completenessTailGraceMs: number;
  readonly resendAfterSeconds: number;
  readonly heartbeatExpectedSeconds: number;
  readonly seriesStoppedAfterSeconds: number;
  readonly statementsKeepDays: number;
  readonly httpNdjsonBytesMax: number;
}

const DAY_MS = 86_400_000;

export function ingestionSettings(config: IngestionConfig): IngestionSettings {
  return {
    database: { url: config.ingestionDatabaseUrl, poolMax: config.ingestionDatabasePoolMax },
    vaultKey: Buffer.from(config.vaultKey, 'base64'),
    caps: {
      recordsMax: config.ingestionCommitRecordsMax,
      bytesMax: config.ingestionCommitBytesMax,
      lingerMs: config.ingestionCommitLingerMs,
    },
    parallelTransactions: config.ingestionParallelTransactions,
    trainingPrefixes: config.trainingSeriesPrefixes,
    inflight: {
      bytesMax: config.edgeInflightBytesMax,
      senderBytesMax: config.edgeSenderInflightBytesMax,
      senderRequestsMax: config.edgeSenderRequestsMax,
    },
    acknowledgeWithinMs: config.edgeAcknowledgeWithinMs,
    retryAfterS: config.edgeRetryAfterSeconds,
    staleAfterMs: config.edgeStaleAfterMs,
    bodyBytesMax: config.httpNdjsonBytesMax,
    completeness: {
      everyMs: config.completenessEveryMs,
      tailGraceMs: config.completenessTailGraceMs,
      resendAfterMs: config.resendAfterSeconds * 1_000,
      silentAfterMs: config.heartbeatExpectedSeconds * 1_000,
      stoppedAfterMs: config.seriesStoppedAfterSeconds * 1_000,
      keepPublishedMs: config.statementsKeepDays === 0 ? null : config.statementsKeepDays * DAY_MS,
    },
  };
}
