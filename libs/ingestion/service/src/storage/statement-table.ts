import type { RegisterStatement } from '@potok/ingestion-contracts/completeness';
import { instantArray, integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';

/** The latest statement about a register. Times in milliseconds. */
export interface StatementRow {
  readonly registerNo: number;
  readonly storeNo: number;
  readonly statement: RegisterStatement;
  readonly statedAtMs: number;
  readonly lastHeardAtMs: number;
}

interface StatementColumns {
  readonly register_no: number;
  readonly store_no: number;
  readonly statement: string;
  readonly stated_at: Date;
  readonly last_heard_at: Date;
}

export const STATEMENT_COLUMNS = 'register_no, store_no, statement, stated_at, last_heard_at';

export function statementOf(row: StatementColumns): StatementRow {
  return {
    registerNo: row.register_no,
    storeNo: row.store_no,
    statement: JSON.parse(row.statement) as RegisterStatement,
    statedAtMs: row.stated_at.getTime(),
    lastHeardAtMs: row.last_heard_at.getTime(),
  };
}

export async function readStatements(
  querying: Pick<Tx, 'query'>,
  registerNos: readonly number[],
): Promise<ReadonlyMap<number, StatementRow>> {
  const { rows } = await querying.query<StatementColumns>(
    `SELECT ${STATEMENT_COLUMNS} FROM completeness_register WHERE register_no = ANY ($1::int[])`,
    [integerArray(registerNos)],
  );
  return new Map(rows.map((row) => [row.register_no, statementOf(row)]));
}

/** Keeps the statements, each with the columns that lists of registers are made of. */
export async function keepStatements(tx: Tx, rows: readonly StatementRow[]): Promise<void> {
  if (rows.length === 0) return;
  const statements = rows.map(({ statement }) => statement);
  await tx.query(
    `INSERT INTO completeness_register (register_no, store_no, statement_no, statement, stated_at, last_heard_at,
       status, complete_up_to, complete_up_to_basis, holes_open, numbers_missing, shifts_incomplete, reports_differing,
       documents_seq, beginnings_unknown, held_back_by)
     SELECT * FROM unnest($1::int[], $2::int[], $3::int[], $4::text[], $5::timestamptz[], $6::timestamptz[],
       $7::text[], $8::timestamptz[], $9::text[], $10::int[], $11::bigint[], $12::int[], $13::int[], $14::bigint[],
       $15::int[], $16::text[])
     ON CONFLICT (register_no) DO UPDATE SET store_no = excluded.store_no, statement_no = excluded.statement_no,
       statement = excluded.statement, stated_at = excluded.stated_at, last_heard_at = excluded.last_heard_at,
       status = excluded.status, complete_up_to = excluded.complete_up_to,
       complete_up_to_basis = excluded.complete_up_to_basis, holes_open = excluded.holes_open,
       numbers_missing = excluded.numbers_missing, shifts_incomplete = excluded.shifts_incomplete,
       reports_differing = excluded.reports_differing, documents_seq = excluded.documents_seq,
       beginnings_unknown = excluded.beginnings_unknown, held_back_by = excluded.held_back_by`,
    [
      integerArray(rows.map(({ registerNo }) => registerNo)),
      integerArray(rows.map(({ storeNo }) => storeNo)),
      integerArray(statements.map(({ statementNo }) => statementNo)),
      textArray(statements.map((statement) => JSON.stringify(statement))),
      instantArray(rows.map(({ statedAtMs }) => statedAtMs)),
      instantArray(rows.map(({ lastHeardAtMs }) => lastHeardAtMs)),
      textArray(statements.map(({ status }) => status)),
      textArray(statements.map(({ completeUpTo }) => completeUpTo)),
      textArray(statements.map(({ completeUpToBasis }) => completeUpToBasis)),
      integerArray(statements.map(({ holesOpen }) => holesOpen)),
      integerArray(statements.map(({ numbersMissing }) => numbersMissing)),
      integerArray(statements.map(({ shiftsIncomplete }) => shiftsIncomplete)),
      integerArray(statements.map(({ reportsDiffering }) => reportsDiffering)),
      integerArray(statements.map(({ documentsSeq }) => documentsSeq)),
      integerArray(statements.map(({ beginningsUnknown = 0 }) => beginningsUnknown)),
      textArray(statements.map(({ heldBackBy = null }) => heldBackBy && JSON.stringify(heldBackBy))),
    ],
  );
}

/** A register was heard of and nothing else is to be said. */
export async function noteHeard(tx: Tx, heard: ReadonlyMap<number, number>): Promise<void> {
  const sorted = [...heard].sort(([left], [right]) => left - right);
  await tx.query(
    `UPDATE completeness_register AS kept SET last_heard_at = heard.at
     FROM unnest($1::int[], $2::timestamptz[]) AS heard (register_no, at)
     WHERE kept.register_no = heard.register_no AND kept.last_heard_at < heard.at`,
    [integerArray(sorted.map(([registerNo]) => registerNo)), instantArray(sorted.map(([, atMs]) => atMs))],
  );
}
