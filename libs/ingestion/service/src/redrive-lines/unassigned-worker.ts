import { PeriodicWorker } from '@potok/platform-service/periodic-worker';
import type { Transactor } from '@potok/platform-postgres/tx';
import type { Logger } from '@potok/platform-telemetry/logger';
import { LINE_SOURCE } from '../quarantine/line-quarantine';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import type { RedriveLinesHandler } from './redrive-lines.handler';

export interface UnassignedOptions {
  readonly database: Transactor;
  readonly directory: OrganisationDirectory;
  readonly redrive: RedriveLinesHandler;
  readonly everyMs: number;
  readonly entriesPerRound: number;
  readonly logger: Logger;
}

interface WaitingSeries {
  readonly series_no: number;
  readonly scheme: string;
  readonly series: string;
}

/** By whom lines are closed that follow their registration without anybody asking. */
const FOLLOWS_REGISTRATION = 'registration';

/**
 * Takes documents in that were held because nobody had registered their series, once somebody has. It looks for
 * them instead of being told: so no order of a registration and of documents under way leaves one behind.
 */
export class UnassignedWorker {
  private readonly rounds: PeriodicWorker;

  constructor(private readonly options: UnassignedOptions) {
    this.rounds = new PeriodicWorker({
      intervalMs: options.everyMs,
      run: () => this.runOnce(),
      onError: (error) => {
        options.logger.warn({ error }, 'held documents could not be driven again');
      },
    });
  }

  start(): void {
    this.rounds.start();
  }

  stop(): Promise<void> {
    return this.rounds.stop();
  }

  /** Answers how many lines were driven again. */
  async runOnce(): Promise<number> {
    const { database, directory, redrive } = this.options;
    await directory.refresh(database);
    let driven = 0;
    for (const waiting of await this.waitingSeries()) {
      for (const { fromNumber, toNumber } of directory.ranges(waiting.scheme, waiting.series)) {
        const entryIds = await this.entriesOf(waiting.series_no, fromNumber, toNumber);
        if (entryIds.length > 0) await redrive.redrive(entryIds, FOLLOWS_REGISTRATION);
        driven += entryIds.length;
      }
    }
    return driven;
  }

  private async waitingSeries(): Promise<readonly WaitingSeries[]> {
    const { rows } = await this.options.database.query<WaitingSeries>(
      `SELECT series_no, scheme, series FROM series
       WHERE EXISTS (SELECT 1 FROM held_identity
         WHERE held_identity.series_no = series.series_no AND held_identity.reason = 'seriesUnassigned')`,
    );
    return rows;
  }

  private async entriesOf(
    seriesNo: number,
    fromNumber: number,
    toNumber: number | null,
  ): Promise<readonly number[]> {
    const { rows } = await this.options.database.query<{ id: bigint }>(
      `SELECT quarantine.id FROM held_identity
       JOIN quarantine ON quarantine.source = $4 AND quarantine.state = 'open'
         AND quarantine.subject_key = held_identity.subject_key AND quarantine.reason = 'seriesUnassigned'
       WHERE held_identity.series_no = $1 AND held_identity.reason = 'seriesUnassigned'
         AND (held_identity.from_number = -1
           OR (held_identity.from_number >= $2 AND ($3::bigint IS NULL OR held_identity.from_number <= $3)))
       ORDER BY quarantine.id LIMIT $5`,
      [seriesNo, fromNumber, toNumber, LINE_SOURCE, this.options.entriesPerRound],
    );
    return rows.map(({ id }) => Number(id));
  }
}
