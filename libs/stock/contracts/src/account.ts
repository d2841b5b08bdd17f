import { z } from 'zod';

/**
 * Kinds of accounts of the goods ledger: a movement takes from the credit account and gives to the debit account.
 * Only `stock` has balance rows; the others say where goods came from or went.
 */
export const accountKinds = [
  'stock',
  'customers',
  'suppliers',
  'transit',
  'writeOff',
  'surplus',
  'shortage',
] as const;
export const accountKind = z.enum(accountKinds);
export type AccountKind = (typeof accountKinds)[number];
