import { productV1 } from '@potok/nomenclature-contracts/product.v1';
import type { ProductV1 } from '@potok/nomenclature-contracts/product.v1';
import { productsTopic } from '@potok/nomenclature-contracts/topics';
import { registerV1 } from '@potok/organisation-contracts/register.v1';
import type { RegisterV1 } from '@potok/organisation-contracts/register.v1';
import { storeV1 } from '@potok/organisation-contracts/store.v1';
import type { StoreV1 } from '@potok/organisation-contracts/store.v1';
import { registersTopic, storesTopic } from '@potok/organisation-contracts/topics';
import type { ReadCopy } from '@potok/platform-read-copy/read-copy';
import { rowDecoder } from '@potok/platform-read-copy/row-decoder';

/** Names of products: receipts bring numbers and identifiers, the nomenclature everything else. */
export const productCopy: ReadCopy<ProductV1> = {
  name: 'stock-ledger.products-copy',
  topic: productsTopic,
  table: 'product_name',
  keyColumn: 'product_id',
  versionColumn: 'version',
  columns: [
    { name: 'product_no', type: 'integer', value: (product) => product.productNo },
    { name: 'name', type: 'text', value: (product) => product.name },
  ],
  decode: rowDecoder(productV1.schema),
  versionOf: ({ version }) => version,
};

/** Stores and their locations: what a delivery refers to. */
export const storeCopy: ReadCopy<StoreV1> = {
  name: 'stock-ledger.stores-copy',
  topic: storesTopic,
  table: 'store_copy',
  keyColumn: 'store_id',
  versionColumn: 'version',
  columns: [
    { name: 'store_no', type: 'integer', value: (store) => store.storeNo },
    { name: 'default_location_id', type: 'text', value: (store) => store.defaultLocationId },
    { name: 'locations', type: 'jsonb', value: (store) => JSON.stringify(store.locations) },
  ],
  decode: rowDecoder(storeV1.schema),
  versionOf: ({ version }) => version,
};

/** Registers of each store: whoever says what is missing of a store begins with what belongs to it. */
export const registerCopy: ReadCopy<RegisterV1> = {
  name: 'stock-ledger.registers-copy',
  topic: registersTopic,
  table: 'register_copy',
  keyColumn: 'register_id',
  versionColumn: 'version',
  columns: [
    { name: 'store_id', type: 'text', value: (register) => register.storeId },
    { name: 'archived', type: 'boolean', value: (register) => register.archived },
  ],
  decode: rowDecoder(registerV1.schema),
  versionOf: ({ version }) => version,
};
