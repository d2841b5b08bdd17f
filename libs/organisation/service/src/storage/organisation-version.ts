import { present } from '@potok/kernel/assert';
import type { Tx } from '@potok/platform-postgres/tx';

/** Takes the one lock under which the organisation changes, so that `change_no` grows in the order of commits. */
export async function lockOrganisation(tx: Tx): Promise<void> {
  await tx.query('SELECT version FROM organisation_version FOR UPDATE');
}

/** The number of a change; under `lockOrganisation`. */
export async function nextChangeNo(tx: Tx): Promise<number> {
  const { rows } = await tx.query<{ version: bigint }>(
    'UPDATE organisation_version SET version = version + 1 RETURNING version',
  );
  return Number(present(rows[0], "the organisation's version").version);
}
