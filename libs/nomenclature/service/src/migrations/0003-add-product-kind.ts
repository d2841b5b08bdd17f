import type { Migration } from '@potok/platform-postgres/migrations';

/** A service and a gift card are sold like goods and are none. */
export const addProductKind: Migration = {
  id: 'nomenclature-0003-add-product-kind',
  up: `
ALTER TABLE product ADD COLUMN kind text NOT NULL DEFAULT 'goods' CHECK (kind IN ('goods', 'service', 'giftCard'));
`,
};
