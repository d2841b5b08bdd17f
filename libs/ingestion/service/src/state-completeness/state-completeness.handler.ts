import { present } from '@potok/kernel/assert';
import type { Clock } from '@potok/kernel/clock';
import { toInstant } from '@potok/kernel/clock';
import type { RegisterStatement, SeriesStatement } from '@potok/ingestion-contracts/completeness';
import { documentsTopic } from '@potok/ingestion-contracts/topics';
import { isDone, verdictOfRegister } from '@potok/ingestion-domain/completeness/state-register';
import type { StatedSeries } from '@potok/ingestion-domain/completeness/state-register';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import type { StreamNumbering } from '@potok/platform-publication/stream';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import { storesToState, takeArrivals } from '../storage/arrival-table';
import type { TakenArrival } from '../storage/arrival-table';
import { countDiffering, dropShifts, keepSeries, keepShifts, keyOf } from '../storage/completeness-table';
import { insertHoles, lockOpenHoles, updateHoles } from '../storage/hole-table';
import { keepStatements, noteHeard, readStatements } from '../storage/statement-table';
import type { StatementRow } from '../storage/statement-table';
import { judgeRegisters } from './judge-registers';
import type { JudgedRow } from './judge-registers';
import { matchHoles, nextRequestMs } from './match-holes';
import type { MatchedHoles } from './match-holes';
import { publishStatements } from './publish-statements';
import { comparable, stateSeries } from './series-statement';

export interface StatingOptions {
  readonly database: Transactor;
  readonly directory: OrganisationDirectory;
  readonly numbering: StreamNumbering;
  readonly clock: Clock;
  readonly tailGraceMs: number;
  readonly resendAfterMs: number;
  readonly trainingPrefixes: readonly string[];
}

const ARRIVALS_MAX = 5_000;

/**
 * States what is here of the registers of a store: folds what arrived, judges, keeps holes and statements, numbers
 * what is new. One store a transaction, under a lock that others pass over, so any number of processes may do it.
 */
export class StateCompletenessHandler {
  constructor(private readonly options: StatingOptions) {}

  /** Stores about which something may have to be said. */
  stores(): Promise<readonly number[]> {
    return storesToState(this.options.database, this.options.clock.nowMs());
  }

  /** Answers how many statements were made; null when somebody else is at it. */
  state(storeNo: number): Promise<number | null> {
    return this.options.database.tx(async (tx) => {
      const { rows } = await tx.query<{ locked: boolean }>(
        `SELECT pg_try_advisory_xact_lock(hashtext('completeness'), $1) AS locked`,
        [storeNo],
      );
      return rows[0]?.locked === true ? this.stateLocked(tx, storeNo) : null;
    });
  }

  private async stateLocked(tx: Tx, storeNo: number): Promise<number> {
    const { directory, clock, tailGraceMs, trainingPrefixes } = this.options;
    await directory.refresh(tx);
    const nowMs = clock.nowMs();
    const arrivals = await takeArrivals(tx, storeNo, ARRIVALS_MAX);
    const heard = heardIn(arrivals);
    const registerNos = [...new Set([...heard.keys(), ...(await dueRegisters(tx, storeNo, nowMs))])];
    if (registerNos.length === 0) return 0;
    registerNos.sort((left, right) => left - right);
    const judged = await judgeRegisters(
      tx,
      { registerNos, arrivals },
      { directory, nowMs, tailGraceMs, trainingPrefixes },
    );
    const holes = await this.keepHoles(tx, { storeNo, registerNos, judged, nowMs });
    await this.keepJudged(tx, { storeNo, judged, holes });
    return this.keepStatements(tx, { storeNo, registerNos, judged, holes, heard });
  }

  private async keepHoles(
    tx: Tx,
    { storeNo, registerNos, judged, nowMs }: Omit<Stating, 'holes' | 'heard'> & { readonly nowMs: number },
  ): Promise<ReadonlyMap<string, MatchedHoles>> {
    const known = await lockOpenHoles(tx, registerNos);
    const { resendAfterMs } = this.options;
    const matched = new Map<string, MatchedHoles>();
    for (const row of judged) {
      const key = keyOf(row);
      const { seriesNo, registerNo } = row;
      const own = known.filter((hole) => keyOf(hole) === key);
      const given = { storeNo, seriesNo, registerNo, judged: row.judged.holes, known: own };
      matched.set(key, matchHoles(given, { nowMs, resendAfterMs }));
    }
    const all = [...matched.values()];
    await updateHoles(
      tx,
      all.flatMap(({ updated }) => updated),
    );
    await insertHoles(
      tx,
      all.flatMap(({ inserted }) => inserted),
    );
    return matched;
  }

  private async keepJudged(
    tx: Tx,
    { storeNo, judged, holes }: Pick<Stating, 'storeNo' | 'judged' | 'holes'>,
  ): Promise<void> {
    const timing = { nowMs: 0, resendAfterMs: this.options.resendAfterMs };
    const series = judged.map((row) => {
      const { seriesNo, registerNo } = row;
      const requestMs = nextRequestMs(holes.get(keyOf(row))?.open ?? [], timing);
      const lookAgainMs = earlier(row.judged.lookAgainMs, requestMs);
      return { seriesNo, registerNo, storeNo, facts: row.judged.facts, lookAgainMs };
    });
    await keepSeries(tx, series);
    await keepShifts(
      tx,
      judged.flatMap(({ kept }) => kept),
    );
    for (const row of judged) await dropShifts(tx, row, row.emptied);
  }

  private async keepStatements(tx: Tx, stating: Stating): Promise<number> {
    const { storeNo, registerNos, heard } = stating;
    const { directory, numbering } = this.options;
    const storeId = present(directory.storeIdOf(storeNo), 'the store of a register');
    const known = await readStatements(tx, registerNos);
    const documentsSeq = await documentsSeqOf(tx, storeId);
    const differing = await countDiffering(tx, registerNos);
    const stated = registerNos.flatMap((registerNo) => {
      const before = known.get(registerNo) ?? null;
      const lastHeardMs = Math.max(before?.lastHeardAtMs ?? 0, heard.get(registerNo) ?? 0);
      const reportsDiffering = differing.get(registerNo) ?? 0;
      const about = { registerNo, before, lastHeardMs, documentsSeq, reportsDiffering };
      const statement = this.statementOf(about, stating);
      return statement === null ? [] : [{ registerNo, statement, lastHeardMs }];
    });
    await noteHeard(tx, heard);
    if (stated.length === 0) return 0;
    const stream = present((await numbering.lock(tx, [storeId])).get(storeId), 'the stream of a store');
    const statedAtMs = stream.recordedAtMs;
    const rows: StatementRow[] = stated.map(({ registerNo, statement, lastHeardMs }) => {
      return { registerNo, storeNo, statement, statedAtMs, lastHeardAtMs: lastHeardMs };
    });
    await keepStatements(tx, rows);
    await publishStatements(tx, { rows, stream, directory });
    const lastSeq = stream.lastSeq + rows.length;
    await numbering.advance(tx, [{ streamKey: storeId, lastSeq, recordedAtMs: statedAtMs }]);
    return rows.length;
  }

  /** Null when it says what the one before said. */
  private statementOf(about: AboutRegister, { judged, holes }: Stating): RegisterStatement | null {
    const { registerNo, before, lastHeardMs, documentsSeq, reportsDiffering } = about;
    const own = judged.filter((row) => row.registerNo === registerNo && row.info.belongs);
    const series: StatedSeries[] = own.map((row) =>
      stateSeries({ ...row, open: holes.get(keyOf(row))?.open ?? [] }),
    );
    const { completeUpTo, completeUpToBasis, status, ...counts } = verdictOfRegister(series);
    const statement: RegisterStatement = {
      statementNo: (before?.statement.statementNo ?? 0) + 1,
      completeUpTo,
      completeUpToBasis,
      status,
      lastHeardAt: toInstant(lastHeardMs),
      ...counts,
      reportsDiffering,
      documentsSeq,
      series: worthStating(series.map((one) => one.statement)),
    };
    const settledAnew = own.some(({ kept }) => kept.some(({ settled }) => settled));
    if (before !== null && !settledAnew && comparable(before.statement) === comparable(statement))
      return null;
    return statement;
  }
}

const DONE_MAX = 10;

/** Registers whose ФН rotate collect hundreds of them: of those that are done the latest are named. */
function worthStating(series: readonly SeriesStatement[]): SeriesStatement[] {
  const done = series.filter(isDone);
  const left = new Set(done.slice(0, Math.max(0, done.length - DONE_MAX)));
  return series.filter((one) => !left.has(one));
}

interface Stating {
  readonly storeNo: number;
  readonly registerNos: readonly number[];
  readonly judged: readonly JudgedRow[];
  readonly holes: ReadonlyMap<string, MatchedHoles>;
  readonly heard: ReadonlyMap<number, number>;
}

interface AboutRegister {
  readonly registerNo: number;
  readonly before: StatementRow | null;
  readonly lastHeardMs: number;
  readonly documentsSeq: number;
  readonly reportsDiffering: number;
}

/** When each register was heard of last. */
function heardIn(arrivals: readonly TakenArrival[]): ReadonlyMap<number, number> {
  const heard = new Map<number, number>();
  for (const { registerNo, receivedAtMs } of arrivals) {
    heard.set(registerNo, Math.max(heard.get(registerNo) ?? 0, receivedAtMs));
  }
  return heard;
}

async function dueRegisters(tx: Tx, storeNo: number, nowMs: number): Promise<readonly number[]> {
  const { rows } = await tx.query<{ register_no: number }>(
    `SELECT DISTINCT register_no FROM completeness_series
     WHERE look_again_at <= to_timestamp($2::bigint / 1000.0) AND store_no = $1`,
    [storeNo, nowMs],
  );
  return rows.map((row) => row.register_no);
}

/** Read after the arrivals were taken: it covers every document that they tell of. */
async function documentsSeqOf(tx: Tx, storeId: string): Promise<number> {
  const { rows } = await tx.query<{ last_seq: bigint }>(
    'SELECT last_seq FROM publication_stream WHERE topic = $1 AND stream_key = $2',
    [documentsTopic.name, storeId],
  );
  return Number(rows[0]?.last_seq ?? 0n);
}

function earlier(left: number | null, right: number | null): number | null {
  if (left === null || right === null) return left ?? right;
  return Math.min(left, right);
}
