import type { Principal, TokenVerifier } from './principal';

/** Asks one after another; the first that knows the token answers. */
export class CombinedTokenVerifier implements TokenVerifier {
  constructor(private readonly verifiers: readonly TokenVerifier[]) {}

  async verify(token: string): Promise<Principal | null> {
    for (const verifier of this.verifiers) {
      const principal = await verifier.verify(token);
      if (principal !== null) return principal;
    }
    return null;
  }
}
