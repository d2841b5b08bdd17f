import { identityKey } from '@potok/ingestion-domain/identities';
import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import type { NumberedIdentity } from './identity-table';

/** An identity that was received and stands in quarantine: it counts as received. */
export interface HeldIdentity extends NumberedIdentity {
  /** Of its quarantine row. */
  readonly subjectKey: string;
  readonly reason: string;
}

export async function insertHeldIdentities(tx: Tx, held: readonly HeldIdentity[]): Promise<void> {
  if (held.length === 0) return;
  const distinct = new Map(held.map((one) => [`${one.subjectKey} ${identityKey(one.identity)}`, one]));
  const rows = [...distinct].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, one]) => one);
  await tx.query(
    `INSERT INTO held_identity (series_no, from_number, to_number, opaque_id, subject_key, reason)
     SELECT * FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[])
     ON CONFLICT (series_no, from_number, opaque_id, subject_key) DO UPDATE SET reason = excluded.reason`,
    [
      integerArray(rows.map(({ seriesNo }) => seriesNo)),
      integerArray(rows.map(({ identity }) => rangeOf(identity).from)),
      integerArray(rows.map(({ identity }) => rangeOf(identity).to)),
      textArray(rows.map(({ identity }) => (identity.kind === 'opaque' ? identity.opaqueId : ''))),
      textArray(rows.map(({ subjectKey }) => subjectKey)),
      textArray(rows.map(({ reason }) => reason)),
    ],
  );
}

/** Locks what is held under a subject. Answers the series, each once. */
export async function lockHeldSeries(tx: Tx, subjectKey: string): Promise<readonly number[]> {
  const { rows } = await tx.query<{ series_no: number }>(
    `SELECT series_no FROM held_identity WHERE subject_key = $1
     ORDER BY series_no, from_number, opaque_id FOR UPDATE`,
    [subjectKey],
  );
  return [...new Set(rows.map((row) => row.series_no))];
}

/** After all inputs about these subjects were driven again with success. */
export async function releaseHeldIdentities(tx: Tx, subjectKeys: readonly string[]): Promise<void> {
  if (subjectKeys.length === 0) return;
  await tx.query('DELETE FROM held_identity WHERE subject_key = ANY ($1::text[])', [
    textArray([...subjectKeys].sort()),
  ]);
}

function rangeOf(identity: NumberedIdentity['identity']): { readonly from: number; readonly to: number } {
  if (identity.kind === 'number') return { from: identity.number, to: identity.number };
  return identity.kind === 'span' ? { from: identity.from, to: identity.to } : { from: -1, to: -1 };
}
