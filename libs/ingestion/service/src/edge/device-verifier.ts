import type { Principal, TokenVerifier } from '@potok/platform-auth/principal';
import { hashToken, isTokenShaped } from '@potok/platform-auth/token';
import { ProblemError } from '@potok/platform-http/problem';
import type { DirectoryRefresh } from '../organisation-copy/directory-refresh';
import type { KnownCredential, OrganisationDirectory } from '../organisation-copy/organisation-directory';
import { edgeProblems } from './edge-problems';

/** What a device may do at all; for which registers, its credential says. */
export const DEVICE_SCOPES: readonly string[] = ['documents:send', 'documents:status'];

/** Devices by their tokens, from the directory in memory: no question to the database on the way of a request. */
export class DeviceVerifier implements TokenVerifier {
  constructor(
    private readonly directory: OrganisationDirectory,
    private readonly refresh: DirectoryRefresh,
  ) {}

  async verify(token: string): Promise<Principal | null> {
    if (!isTokenShaped(token)) return null;
    if (!this.refresh.isFresh()) throw new ProblemError(edgeProblems.directoryStale, { retryAfterS: 5 });
    const hash = hashToken(token).toString('hex');
    if (this.directory.credentialOfToken(hash) === undefined) await this.refresh.onDemand();
    const credential = this.directory.credentialOfToken(hash);
    return credential === undefined || credential.revoked ? null : principalOf(credential);
  }
}

function principalOf({ credentialId, scope }: KnownCredential): Principal {
  const whole = scope.system !== null;
  return {
    id: credentialId,
    kind: 'device',
    scopes: DEVICE_SCOPES,
    stores: whole ? '*' : [...scope.stores],
    registers: whole ? '*' : [...scope.registers],
  };
}
