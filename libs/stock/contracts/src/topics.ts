import { factsTopic, stateTopic } from '@potok/kernel/contract';

const context = 'stock';

export const movementsTopic = factsTopic({
  name: 'retail.stock.movements.v1',
  context,
  description: 'Movements of goods with debit and credit account, one event per posted document.',
});

export const balancesTopic = stateTopic({
  name: 'retail.stock.balances.v1',
  context,
  key: 'storeId|locationId|productId',
  description: 'Balances as they are now, at most one record per key and second; partition of the store.',
});
