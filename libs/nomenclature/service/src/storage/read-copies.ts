import { assert } from '@potok/kernel/assert';
import { legalEntityV1 } from '@potok/organisation-contracts/legal-entity.v1';
import type { LegalEntityV1 } from '@potok/organisation-contracts/legal-entity.v1';
import { legalEntitiesTopic } from '@potok/organisation-contracts/topics';
import type { Tx } from '@potok/platform-postgres/tx';
import type { ReadCopy } from '@potok/platform-read-copy/read-copy';

/** Who the chain is: a receipt of another seller (1018) at one of its registers is not its revenue. */
export const legalEntityCopy: ReadCopy<LegalEntityV1> = {
  name: 'nomenclature.legal-entities-copy',
  topic: legalEntitiesTopic,
  table: 'legal_entity_copy',
  keyColumn: 'legal_entity_id',
  versionColumn: 'version',
  columns: [{ name: 'inn', type: 'text', value: (entity) => entity.inn }],
  decode: (value) => {
    const parsed = legalEntityV1.schema.safeParse(JSON.parse(value.toString('utf8')));
    assert(parsed.success, `not a row of the topic: ${parsed.error?.message ?? ''}`);
    return parsed.data;
  },
  versionOf: ({ version }) => version,
};

/** ИНН of the chain's legal entities, past ones included. */
export async function readOwnInns(tx: Tx): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ inn: string }>('SELECT inn FROM legal_entity_copy WHERE inn IS NOT NULL');
  return new Set(rows.map(({ inn }) => inn));
}
