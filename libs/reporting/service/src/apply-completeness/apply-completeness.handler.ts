import { assert } from '@potok/kernel/assert';
import { eventTypeOf } from '@potok/kernel/contract';
import { completenessStatedV1 } from '@potok/ingestion-contracts/completeness-stated.v1';
import type { CompletenessStatedV1 } from '@potok/ingestion-contracts/completeness-stated.v1';
import type { EventBatch, StreamEvent } from '@potok/platform-kafka/stream-event';
import type { Tx } from '@potok/platform-postgres/tx';

/** The event types that reporting understands on retail.register.completeness.v1. */
export const COMPLETENESS_TYPES = [eventTypeOf(completenessStatedV1)] as const;

/** Keeps the last statement about each register, and of each of its shifts: a lower sequence changes nothing. */
export class ApplyCompletenessHandler {
  async handle({ tx, events }: EventBatch): Promise<void> {
    const statements = events.map(decode);
    const latest = new Map(statements.map((statement) => [statement.registerNo, statement]));
    await storeRegisters(
      tx,
      [...latest.values()].sort((one, other) => one.registerNo - other.registerNo),
    );
    await storeShifts(tx, statements);
  }
}

function decode(event: StreamEvent): CompletenessStatedV1 {
  const parsed = completenessStatedV1.schema.safeParse(JSON.parse(event.value.toString('utf8')));
  assert(parsed.success, `not a statement: ${parsed.error?.message ?? ''}`);
  return parsed.data;
}

async function storeRegisters(tx: Tx, statements: readonly CompletenessStatedV1[]): Promise<void> {
  const rows = statements.map((statement) => ({
    register_no: statement.registerNo,
    register_id: statement.registerId,
    store_id: statement.storeId,
    statement_seq: statement.statementNo,
    status: statement.status,
    complete_up_to: statement.completeUpTo,
    holes_open: statement.holesOpen,
    numbers_missing: statement.numbersMissing,
  }));
  await tx.query(
    `INSERT INTO register_completeness AS c
     SELECT * FROM json_populate_recordset(NULL::register_completeness, $1::json) ORDER BY register_no
     ON CONFLICT (register_no) DO UPDATE SET store_id = excluded.store_id, statement_seq = excluded.statement_seq,
       status = excluded.status, complete_up_to = excluded.complete_up_to, holes_open = excluded.holes_open,
       numbers_missing = excluded.numbers_missing
     WHERE c.statement_seq < excluded.statement_seq`,
    [JSON.stringify(rows)],
  );
}

async function storeShifts(tx: Tx, statements: readonly CompletenessStatedV1[]): Promise<void> {
  const rows = statements.flatMap(shiftRows);
  if (rows.length === 0) return;
  await tx.query(
    `INSERT INTO shift AS s (store_no, series, shift_number, register_no, business_date, opened_at, closed_at,
       close_report, statement_seq, status, basis, reported_receipts, received_receipts, report_result, differences)
     SELECT DISTINCT ON (store_no, series, shift_number) store_no, series, shift_number, register_no, business_date,
       opened_at, closed_at, close_report, statement_seq, status, basis, reported_receipts, received_receipts,
       report_result, differences
     FROM json_populate_recordset(NULL::shift, $1::json)
     ORDER BY store_no, series, shift_number, statement_seq DESC
     ON CONFLICT (store_no, series, shift_number) DO UPDATE SET opened_at = excluded.opened_at,
       closed_at = excluded.closed_at, close_report = excluded.close_report,
       statement_seq = excluded.statement_seq, status = excluded.status,
       basis = excluded.basis, reported_receipts = excluded.reported_receipts,
       received_receipts = excluded.received_receipts, report_result = excluded.report_result,
       differences = excluded.differences
     WHERE s.statement_seq < excluded.statement_seq`,
    [JSON.stringify(rows)],
  );
}

function shiftRows(statement: CompletenessStatedV1) {
  return statement.series.flatMap(({ scheme, series, shifts }) =>
    shifts.map((shift) => ({
      store_no: statement.storeNo,
      series: `${scheme}:${series}`,
      shift_number: shift.number,
      register_no: statement.registerNo,
      business_date: (shift.openedAt ?? shift.closedAt ?? statement.recordedAt).slice(0, 10),
      opened_at: shift.openedAt,
      closed_at: shift.closedAt,
      close_report: shift.expected === null ? null : { receiptCount: shift.expected },
      statement_seq: statement.streamSeq,
      status: shift.status,
      basis: shift.basis,
      reported_receipts: shift.expected,
      received_receipts: shift.have,
      report_result: shift.report?.result ?? null,
      differences: shift.report?.differences ?? [],
    })),
  );
}
