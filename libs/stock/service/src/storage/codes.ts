import type { AccountKind } from '@potok/stock-contracts/account';
import type { PostingKind } from '@potok/stock-contracts/movements-posted.v1';
import { present } from '@potok/kernel/assert';

/** smallint codes of the ledger's tables; `stock` is 1 in the SQL of the view and of the fold. */
export const ACCOUNT_CODE: Readonly<Record<AccountKind, number>> = {
  stock: 1,
  customers: 2,
  suppliers: 3,
  transit: 4,
  writeOff: 5,
  surplus: 6,
  shortage: 7,
};

export const POSTING_KIND_CODE: Readonly<Record<PostingKind, number>> = {
  receipt: 1,
  rematch: 2,
  delivery: 3,
  revision: 4,
};

const ACCOUNT_BY_CODE = reversed(ACCOUNT_CODE);
const POSTING_KIND_BY_CODE = reversed(POSTING_KIND_CODE);

export function accountOf(code: number): AccountKind {
  return present(ACCOUNT_BY_CODE.get(code), `account ${String(code)}`);
}

export function postingKindOf(code: number): PostingKind {
  return present(POSTING_KIND_BY_CODE.get(code), `posting kind ${String(code)}`);
}

function reversed<K extends string>(codes: Readonly<Record<K, number>>): Map<number, K> {
  return new Map((Object.keys(codes) as K[]).map((kind) => [codes[kind], kind]));
}
