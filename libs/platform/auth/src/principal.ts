/** Who acts: a device by its credential, or a person (until the console brings accounts: the admin token). */
export interface Principal {
  readonly id: string;
  readonly kind: 'device' | 'person' | 'service';
  /** Closed list per service, for example `documents:send`, `organisation:write`, `*`. */
  readonly scopes: readonly string[];
  /** Stores that the principal may see or act for; `*` for all. */
  readonly stores: readonly string[] | '*';
  /** Registers that a device may speak for; `*` for all registers of its stores. */
  readonly registers: readonly string[] | '*';
}

export function hasScope(principal: Principal, scope: string): boolean {
  return principal.scopes.includes('*') || principal.scopes.includes(scope);
}

export function maySeeStore(principal: Principal, storeId: string): boolean {
  return principal.stores === '*' || principal.stores.includes(storeId);
}

/** Finds who a bearer token belongs to; null when it is unknown or revoked. */
export interface TokenVerifier {
  verify(token: string): Promise<Principal | null>;
}
