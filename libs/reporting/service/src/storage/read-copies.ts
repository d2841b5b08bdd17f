import { productV1 } from '@potok/nomenclature-contracts/product.v1';
import type { ProductV1 } from '@potok/nomenclature-contracts/product.v1';
import { productsTopic } from '@potok/nomenclature-contracts/topics';
import { legalEntityV1 } from '@potok/organisation-contracts/legal-entity.v1';
import type { LegalEntityV1 } from '@potok/organisation-contracts/legal-entity.v1';
import { registerV1 } from '@potok/organisation-contracts/register.v1';
import type { RegisterV1 } from '@potok/organisation-contracts/register.v1';
import { storeV1 } from '@potok/organisation-contracts/store.v1';
import type { StoreV1 } from '@potok/organisation-contracts/store.v1';
import { legalEntitiesTopic, registersTopic, storesTopic } from '@potok/organisation-contracts/topics';
import type { ReadCopy } from '@potok/platform-read-copy/read-copy';
import { rowDecoder } from '@potok/platform-read-copy/row-decoder';

export const storeCopy: ReadCopy<StoreV1> = {
  name: 'reporting.stores-copy',
  topic: storesTopic,
  table: 'store_copy',
  keyColumn: 'store_id',
  versionColumn: 'version',
  columns: [
    { name: 'store_no', type: 'integer', value: (store) => store.storeNo },
    { name: 'name', type: 'text', value: (store) => store.name },
    { name: 'legal_entity_id', type: 'text', value: (store) => store.legalEntityId },
    { name: 'time_zone', type: 'text', value: (store) => store.timeZone },
    { name: 'archived', type: 'boolean', value: (store) => store.archived },
  ],
  decode: rowDecoder(storeV1.schema),
  versionOf: ({ version }) => version,
};

export const registerCopy: ReadCopy<RegisterV1> = {
  name: 'reporting.registers-copy',
  topic: registersTopic,
  table: 'register_copy',
  keyColumn: 'register_id',
  versionColumn: 'version',
  columns: [
    { name: 'register_no', type: 'integer', value: (register) => register.registerNo },
    { name: 'store_id', type: 'text', value: (register) => register.storeId },
    { name: 'name', type: 'text', value: (register) => register.name },
    { name: 'archived', type: 'boolean', value: (register) => register.archived },
  ],
  decode: rowDecoder(registerV1.schema),
  versionOf: ({ version }) => version,
};

export const legalEntityCopy: ReadCopy<LegalEntityV1> = {
  name: 'reporting.legal-entities-copy',
  topic: legalEntitiesTopic,
  table: 'legal_entity_copy',
  keyColumn: 'legal_entity_id',
  versionColumn: 'version',
  columns: [
    { name: 'legal_entity_no', type: 'integer', value: (entity) => entity.legalEntityNo },
    { name: 'inn', type: 'text', value: (entity) => entity.inn },
    { name: 'name', type: 'text', value: (entity) => entity.name },
    { name: 'archived', type: 'boolean', value: (entity) => entity.archived },
  ],
  decode: rowDecoder(legalEntityV1.schema),
  versionOf: ({ version }) => version,
};

/** The category is read from here when a report is asked for: a product moved to another one moves with its past. */
export const productCopy: ReadCopy<ProductV1> = {
  name: 'reporting.products-copy',
  topic: productsTopic,
  table: 'product_copy',
  keyColumn: 'product_id',
  versionColumn: 'version',
  columns: [
    { name: 'product_no', type: 'integer', value: (product) => product.productNo },
    { name: 'name', type: 'text', value: (product) => product.name },
    { name: 'article', type: 'text', value: (product) => product.article ?? null },
    { name: 'unit', type: 'text', value: (product) => product.unit },
    { name: 'category_code', type: 'text', value: (product) => product.categoryCode ?? null },
    { name: 'category_name', type: 'text', value: (product) => product.categoryName ?? null },
    { name: 'brand', type: 'text', value: (product) => product.brand ?? null },
    { name: 'vat_rate', type: 'text', value: (product) => product.vatRate ?? null },
    { name: 'marked', type: 'boolean', value: (product) => product.marked },
    { name: 'status', type: 'text', value: (product) => product.status },
  ],
  decode: rowDecoder(productV1.schema),
  versionOf: ({ version }) => version,
};
