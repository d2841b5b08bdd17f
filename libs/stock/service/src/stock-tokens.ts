/** Injection tokens of the stock module. */
export const STOCK_BALANCES = Symbol('stock: balances query');
export const STOCK_MOVEMENTS = Symbol('stock: movements query');
export const STOCK_DELIVERIES = Symbol('stock: deliveries handler');
export const STOCK_CLOCK = Symbol('stock: clock');
export const STOCK_OPERATIONS = Symbol('stock: operations');
export const STOCK_COMPLETENESS = Symbol('stock: completeness handler');
export const STOCK_RECEIPTS = Symbol('stock: receipts handler');
