import { legalEntityV1 } from '@potok/organisation-contracts/legal-entity.v1';
import type { LegalEntityV1 } from '@potok/organisation-contracts/legal-entity.v1';
import { storeV1 } from '@potok/organisation-contracts/store.v1';
import type { StoreV1 } from '@potok/organisation-contracts/store.v1';
import { legalEntitiesTopic, storesTopic } from '@potok/organisation-contracts/topics';
import type { Tx } from '@potok/platform-postgres/tx';
import type { ReadCopy } from '@potok/platform-read-copy/read-copy';
import { rowDecoder } from '@potok/platform-read-copy/row-decoder';

/** Who the chain is: a receipt of another seller (1018) at one of its registers is not its revenue. */
export const legalEntityCopy: ReadCopy<LegalEntityV1> = {
  name: 'nomenclature.legal-entities-copy',
  topic: legalEntitiesTopic,
  table: 'legal_entity_copy',
  keyColumn: 'legal_entity_id',
  versionColumn: 'version',
  columns: [{ name: 'inn', type: 'text', value: (entity) => entity.inn }],
  decode: rowDecoder(legalEntityV1.schema),
  versionOf: ({ version }) => version,
};

/** Stock locations of stores: what a person's decision may refer to. */
export const storeCopy: ReadCopy<StoreV1> = {
  name: 'nomenclature.stores-copy',
  topic: storesTopic,
  table: 'store_copy',
  keyColumn: 'store_id',
  versionColumn: 'version',
  columns: [
    { name: 'default_location_id', type: 'text', value: (store) => store.defaultLocationId },
    { name: 'locations', type: 'jsonb', value: (store) => JSON.stringify(store.locations) },
  ],
  decode: rowDecoder(storeV1.schema),
  versionOf: ({ version }) => version,
};

/** ИНН of the chain's legal entities, past ones included. */
export async function readOwnInns(tx: Tx): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ inn: string }>('SELECT inn FROM legal_entity_copy WHERE inn IS NOT NULL');
  return new Set(rows.map(({ inn }) => inn));
}
