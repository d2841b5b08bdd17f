import type { RegisterDocument } from '@potok/ingestion-contracts/register-document';
import type { CompletenessStatedV1 } from '@potok/ingestion-contracts/completeness-stated.v1';
import type { SeriesStatement } from '@potok/ingestion-contracts/completeness';
import { completenessTopic } from '@potok/ingestion-contracts/topics';
import { present } from '@potok/kernel/assert';
import { decodeEventBlock } from '@potok/platform-publication/event-block';
import { RelaySignal } from '@potok/platform-publication/relay-signal';
import { StoredStreamNumbering } from '@potok/platform-publication/stream-numbering';
import { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import { StateCompletenessHandler } from '../state-completeness/state-completeness.handler';
import type { CanonicalDocument } from '@potok/retail/document/canonical-document';
import { insertArrivals } from '../storage/arrival-table';
import { SeriesTable } from '../storage/series-table';
import type { SeriesName } from '../storage/series-table';
import { ArrivalGatherer } from '@potok/ingestion-domain/completeness/gather-arrivals';
import { TRAINING_PREFIXES } from '@potok/ingestion-domain/training';
import { seriesKey } from '@potok/ingestion-domain/identities';
import type { Intake, IntakeFixture } from './intake-fixture';
import { sentReceipt, SERIES } from './sent-documents';

export const COMPLETENESS_TABLES = `series, identity, identity_span, identity_opaque, held_identity, document,
  event_block, observation, repeat_count, archive_block, subject, quarantine, publication_stream, conflict, decision,
  overruled_core, completeness_arrival, completeness_series, completeness_shift, completeness_hole,
  completeness_register, completeness_block, completeness_decision`;

export interface FixtureTiming {
  readonly tailGraceMs: number;
  readonly resendAfterMs: number;
}

/** Whoever states completeness over the fixture's tables, as one replica would. */
export function statingHandler(
  fixture: IntakeFixture,
  timing: FixtureTiming = { tailGraceMs: 0, resendAfterMs: 60_000 },
): StateCompletenessHandler {
  const clock = { nowMs: Date.now };
  return new StateCompletenessHandler({
    database: fixture.test.connect(),
    directory: new OrganisationDirectory(fixture.organisation),
    numbering: new StoredStreamNumbering(completenessTopic, clock, new RelaySignal()),
    clock,
    trainingPrefixes: TRAINING_PREFIXES,
    ...timing,
  });
}

/** Every statement that was numbered, in the order of each store's stream. */
export async function statements(fixture: IntakeFixture): Promise<CompletenessStatedV1[]> {
  const { rows } = await fixture.test.database.query<{ bytes: Buffer }>(
    'SELECT bytes FROM completeness_block ORDER BY store_no, stream_epoch, first_seq',
  );
  return rows.flatMap(({ bytes }) =>
    decodeEventBlock(bytes).map((value) => JSON.parse(value.toString('utf8')) as CompletenessStatedV1),
  );
}

/** The latest statement about a series of the first register. */
export async function latestOf(fixture: IntakeFixture, series = SERIES): Promise<SeriesStatement> {
  const latest = (await statements(fixture)).findLast((statement) =>
    statement.series.some((one) => one.series === series),
  );
  const found = latest?.series.find((one) => one.series === series);
  return present(found, 'a statement about the series');
}

export interface ShiftShape {
  readonly shift: number;
  /** ФД number of its opening report. */
  readonly from: number;
  readonly receipts: number;
  readonly series?: string;
  readonly closeReport?: RegisterDocument['closeReport'];
}

/** A whole shift: opening report, receipts 1 … N, close report with 1118 and 1111. */
export function sentShift(shape: ShiftShape): RegisterDocument[] {
  const { shift, from, receipts, series = SERIES } = shape;
  const named = (number: number) => [{ scheme: 'fn', series, number }];
  const report = (type: string, number: number): RegisterDocument => ({
    type,
    identities: named(number),
    shift: { number: shift },
    occurredAtLocal: '2026-03-02T12:15:07',
  });
  const closeReport = shape.closeReport ?? { receiptCount: receipts, documentCount: receipts + 2 };
  return [
    report('shiftOpened', from),
    ...Array.from({ length: receipts }, (_, index) =>
      sentReceipt(from + index + 1, {
        identities: named(from + index + 1),
        shift: { number: shift, receiptNumber: index + 1 },
      }),
    ),
    { ...report('shiftClosed', from + receipts + 1), closeReport },
  ];
}

/** Notes documents as they stood and as they were revised, as whoever decides about them does. */
export async function noteRevised(
  intake: Intake,
  revised: readonly { readonly before: CanonicalDocument; readonly after: CanonicalDocument }[],
): Promise<void> {
  await intake.database.tx(async (tx) => {
    const names = new Map<string, SeriesName>();
    for (const { scheme, series } of revised.flatMap(({ before }) => before.identities)) {
      names.set(seriesKey(scheme, series), { scheme, series });
    }
    const seriesNos = await new SeriesTable().numbersOf(tx, names);
    const gatherer = new ArrivalGatherer();
    for (const { before, after } of revised) {
      const moves = before.registerNo !== after.registerNo;
      const named = before.identities.map(({ scheme, series, number = 0 }) => {
        const seriesNo = present(seriesNos.get(seriesKey(scheme, series)), 'a series');
        return { identity: { kind: 'number' as const, scheme, series, number }, seriesNo, isNew: moves };
      });
      if (moves) gatherer.take({ document: before, named: named, receivedAtMs: 0 });
      gatherer.add({ document: after, named, previous: moves ? null : before, receivedAtMs: 0 });
    }
    await insertArrivals(tx, gatherer.rows());
  });
}
