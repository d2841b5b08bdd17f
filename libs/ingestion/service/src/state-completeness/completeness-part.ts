import type { Provider, Type } from '@nestjs/common';
import type { Clock } from '@potok/kernel/clock';
import { completenessTopic } from '@potok/ingestion-contracts/topics';
import { deletePassedBlocks } from '@potok/platform-publication/block-retention';
import { RelaySignal } from '@potok/platform-publication/relay-signal';
import { StoredStreamNumbering } from '@potok/platform-publication/stream-numbering';
import { PeriodicWorker } from '@potok/platform-service/periodic-worker';
import type { ServiceRuntime } from '@potok/platform-service/service-runtime';
import type { IngestionMetrics } from '../ingestion-metrics';
import {
  INGESTION_COMPLETENESS,
  INGESTION_HEARTBEATS,
  INGESTION_HOLES,
  INGESTION_RESEND,
  INGESTION_SETTLING,
  INGESTION_SETTLINGS,
  INGESTION_SHIFTS,
} from '../ingestion-tokens';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import { statementBlocks, StatementsSource } from '../publish-completeness/statements-source';
import { CompletenessGauges } from '../query-completeness/completeness-gauges';
import { CompletenessController } from '../query-completeness/completeness.controller';
import { CompletenessQuery } from '../query-completeness/completeness.query';
import { ShiftsQuery } from '../query-completeness/shifts.query';
import { HolesQuery } from '../query-completeness/holes.query';
import { HeartbeatsController } from '../receive-heartbeats/heartbeats.controller';
import { ReceiveHeartbeatsHandler } from '../receive-heartbeats/receive-heartbeats.handler';
import { ResendRequestsQuery } from '../request-resend/resend-requests.query';
import { SettleSeriesController } from '../settle-series/settle-series.controller';
import { SettleSeriesHandler } from '../settle-series/settle-series.handler';
import { SettlingsQuery } from '../settle-series/settlings.query';
import type { SeriesTable } from '../storage/series-table';
import { CompletenessWorker } from './completeness-worker';
import { StateCompletenessHandler } from './state-completeness.handler';

export interface CompletenessSettings {
  /** At most one statement a register in this time. */
  readonly everyMs: number;
  /** What a heartbeat states may be on its way for so long. */
  readonly tailGraceMs: number;
  /** So long a hole may close by itself before its sender is asked. */
  readonly resendAfterMs: number;
  /** A register that is not heard of for longer is silent. */
  readonly silentAfterMs: number;
  /** A series in use that has given nothing for longer has stopped, as it seems. */
  readonly stoppedAfterMs: number;
  /** Published statements are kept for so long, and at least as long as their topic keeps them; null = for ever. */
  readonly keepPublishedMs: number | null;
}

export interface CompletenessHost {
  readonly runtime: ServiceRuntime;
  readonly clock: Clock;
  readonly series: SeriesTable;
  /** Kept fresh by others. */
  readonly directory: OrganisationDirectory;
  /** One of its own: it is refreshed within transactions. */
  readonly newDirectory: () => OrganisationDirectory;
  readonly metrics: IngestionMetrics;
  readonly settings: CompletenessSettings;
  readonly bodyBytesMax: number;
  readonly trainingPrefixes: readonly string[];
}

const GAUGES_EVERY_MS = 5_000;
const RETENTION_EVERY_MS = 3_600_000;
const BLOCKS_DELETED_AT_ONCE_MAX = 500;

/** Everything that says what is here of the registers: a part of the service register-ingestion. */
export class CompletenessPart {
  readonly controllers: Type[] = [HeartbeatsController, CompletenessController, SettleSeriesController];
  private readonly query: CompletenessQuery;
  private readonly holes: HolesQuery;
  private readonly requests: ResendRequestsQuery;

  constructor(private readonly host: CompletenessHost) {
    const { runtime, clock, directory, settings, metrics, newDirectory } = host;
    const { database, logger } = runtime;
    const { everyMs, tailGraceMs, resendAfterMs, silentAfterMs, stoppedAfterMs } = settings;
    this.query = new CompletenessQuery({ database, directory, clock, silentAfterMs, stoppedAfterMs });
    this.holes = new HolesQuery(database, directory);
    this.requests = new ResendRequestsQuery(database, directory);
    const signal = new RelaySignal();
    const handler = new StateCompletenessHandler({
      database,
      directory: newDirectory(),
      numbering: new StoredStreamNumbering(completenessTopic, clock, signal),
      clock,
      tailGraceMs,
      resendAfterMs,
      trainingPrefixes: host.trainingPrefixes,
    });
    runtime.addStreamRelay(new StatementsSource(newDirectory()), signal);
    runtime.addWorker(new CompletenessWorker({ handler, everyMs, logger }));
    runtime.addWorker(
      new CompletenessGauges({ query: this.query, metrics, everyMs: GAUGES_EVERY_MS, logger }),
    );
    if (settings.keepPublishedMs !== null) this.addRetention(settings.keepPublishedMs);
  }

  private addRetention(keepPublishedMs: number): void {
    const { runtime, clock, newDirectory } = this.host;
    const blocks = statementBlocks(newDirectory());
    const keepMs = Math.max(keepPublishedMs, completenessTopic.retentionMs);
    const run = (stopping: () => boolean) => {
      const beforeMs = clock.nowMs() - keepMs;
      const step = { beforeMs, blocksMax: BLOCKS_DELETED_AT_ONCE_MAX, stopping };
      return deletePassedBlocks(runtime.database, blocks, step);
    };
    const onError = (error: unknown) => {
      runtime.logger.warn({ error }, 'published statements could not be deleted; tried again later');
    };
    runtime.addWorker(new PeriodicWorker({ intervalMs: RETENTION_EVERY_MS, run, onError }));
  }

  providers(): Provider[] {
    const { runtime, series, directory, clock, bodyBytesMax } = this.host;
    const { database } = runtime;
    const { holes, requests } = this;
    const heartbeats = { database, directory, series, requests, clock, bytesMax: bodyBytesMax };
    return [
      { provide: INGESTION_COMPLETENESS, useValue: this.query },
      { provide: INGESTION_HOLES, useValue: holes },
      { provide: INGESTION_SHIFTS, useValue: new ShiftsQuery(database, directory) },
      { provide: INGESTION_SETTLINGS, useValue: new SettlingsQuery(database) },
      { provide: INGESTION_RESEND, useValue: requests },
      { provide: INGESTION_HEARTBEATS, useValue: new ReceiveHeartbeatsHandler(heartbeats) },
      {
        provide: INGESTION_SETTLING,
        useValue: new SettleSeriesHandler({ database, directory, series, holes, clock }),
      },
    ];
  }
}
