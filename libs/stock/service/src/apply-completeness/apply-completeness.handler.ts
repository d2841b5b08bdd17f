import { eventTypeOf } from '@potok/kernel/contract';
import { completenessStatedV1 } from '@potok/ingestion-contracts/completeness-stated.v1';
import type { EventBatch } from '@potok/platform-kafka/stream-event';
import { rowDecoder } from '@potok/platform-read-copy/row-decoder';

/** The event types that the ledger understands on retail.register.completeness.v1. */
export const COMPLETENESS_TYPES = [eventTypeOf(completenessStatedV1)] as const;

const decode = rowDecoder(
  completenessStatedV1.schema.pick({
    registerId: true,
    statementNo: true,
    status: true,
    completeUpTo: true,
    numbersMissing: true,
  }),
);

/** Keeps the last statement about each register: one with a lower number changes nothing. */
export class ApplyCompletenessHandler {
  async handle({ tx, events }: EventBatch): Promise<void> {
    const rows = events.map(({ value }) => {
      const { registerId, statementNo, status, completeUpTo, numbersMissing } = decode(value);
      return {
        register_id: registerId,
        statement_no: statementNo,
        status,
        complete_up_to: completeUpTo,
        numbers_missing: numbersMissing,
      };
    });
    await tx.query(
      `INSERT INTO register_completeness AS c
       SELECT DISTINCT ON (register_id) * FROM json_populate_recordset(NULL::register_completeness, $1::json)
       ORDER BY register_id, statement_no DESC
       ON CONFLICT (register_id) DO UPDATE SET statement_no = excluded.statement_no, status = excluded.status,
         complete_up_to = excluded.complete_up_to, numbers_missing = excluded.numbers_missing
       WHERE c.statement_no < excluded.statement_no`,
      [JSON.stringify(rows)],
    );
  }
}
