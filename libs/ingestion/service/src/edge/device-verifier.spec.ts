import { hashToken, mintToken } from '@potok/platform-auth/token';
import { SilentLogger } from '@potok/platform-telemetry/logger';
import { DirectoryRefresh } from '../organisation-copy/directory-refresh';
import { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import { FixedOrganisation } from '../testing/fixed-organisation';
import { DeviceVerifier } from './device-verifier';

const STALE_AFTER_MS = 45_000;

async function verifying() {
  const clock = { ms: 0 };
  const organisation = new FixedOrganisation();
  const directory = new OrganisationDirectory(organisation);
  const querying = { query: () => Promise.reject(new Error('unused')) };
  const refresh = new DirectoryRefresh(directory, querying, {
    everyMs: 3_600_000,
    onDemandEveryMs: 0,
    staleAfterMs: STALE_AFTER_MS,
    monotonicMs: () => clock.ms,
    logger: new SilentLogger(),
  });
  await refresh.start();
  refresh.stop();
  return { clock, organisation, refresh, verifier: new DeviceVerifier(directory, refresh) };
}

describe('DeviceVerifier', () => {
  it('knows a device as soon as it is enrolled, and what it may do', async () => {
    const { organisation, verifier } = await verifying();
    const token = mintToken();
    expect(await verifier.verify(token)).toBeNull();
    organisation.credential('dev', { stores: ['store-1'] }, hashToken(token).toString('hex'));
    expect(await verifier.verify(token)).toEqual({
      id: 'dev',
      kind: 'device',
      scopes: ['documents:send', 'documents:status'],
      stores: ['store-1'],
      registers: [],
    });
    expect(await verifier.verify('not a token')).toBeNull();
  });

  it('refuses a revoked device once the directory has heard of it', async () => {
    const { organisation, refresh, verifier } = await verifying();
    const token = mintToken();
    organisation.credential('dev', { system: 'all' }, hashToken(token).toString('hex'));
    expect(await verifier.verify(token)).toMatchObject({ stores: '*', registers: '*' });
    organisation.revoke('dev');
    await refresh.onDemand();
    expect(await verifier.verify(token)).toBeNull();
  });

  it('lets nobody in when revocations have not been heard of for too long', async () => {
    const { clock, organisation, verifier } = await verifying();
    const token = mintToken();
    organisation.credential('dev', { system: 'all' }, hashToken(token).toString('hex'));
    await verifier.verify(token);
    clock.ms += STALE_AFTER_MS + 1;
    await expect(verifier.verify(token)).rejects.toMatchObject({
      problem: { code: 'directoryStale', status: 503 },
    });
  });
});
