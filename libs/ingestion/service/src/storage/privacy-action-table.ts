import { integerArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';

export interface PrivacyAction {
  readonly kind: 'find' | 'erase';
  readonly subjectNos: readonly number[];
  readonly documents: number;
  readonly quarantineEntries: number;
  /** The principal's id. */
  readonly by: string;
  readonly reason: string;
}

export async function insertPrivacyAction(querying: Pick<Tx, 'query'>, action: PrivacyAction): Promise<void> {
  await querying.query(
    `INSERT INTO privacy_action (kind, subject_nos, documents, quarantine_entries, done_by, reason)
     VALUES ($1, $2::bigint[], $3, $4, $5, $6)`,
    [
      action.kind,
      integerArray(action.subjectNos),
      action.documents,
      action.quarantineEntries,
      action.by,
      action.reason,
    ],
  );
}
