import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { SilentLogger } from '@potok/platform-telemetry/logger';
import type { LogFields } from '@potok/platform-telemetry/logger';
import { openAdminToken } from './admin-token';
import { CachedTokenVerifier } from './cached-token-verifier';
import { CombinedTokenVerifier } from './combined-token-verifier';
import type { Principal, TokenVerifier } from './principal';
import { hashToken, isTokenShaped, mintToken, sameHash } from './token';

const device: Principal = {
  id: 'd-1',
  kind: 'device',
  scopes: ['documents:send'],
  stores: ['s-1'],
  registers: '*',
};

class FakeVerifier implements TokenVerifier {
  asked = 0;
  known: Principal | null = device;
  broken = false;

  async verify(): Promise<Principal | null> {
    this.asked += 1;
    await Promise.resolve();
    if (this.broken) throw new Error('the database is away');
    return this.known;
  }
}

class Lines extends SilentLogger {
  readonly lines: LogFields[] = [];
  override info(fields?: LogFields): void {
    this.lines.push(fields ?? {});
  }
}

describe('tokens', () => {
  it('are 256 random bits behind a prefix, stored as a hash', () => {
    const token = mintToken();
    expect(token).toMatch(/^ptk_[\w-]{43}$/);
    expect(Buffer.from(token.slice(4), 'base64url').length).toBe(32);
    expect(mintToken()).not.toBe(token);
    expect(isTokenShaped(token)).toBe(true);
    expect(hashToken(token).length).toBe(32);
    expect(sameHash(hashToken(token), hashToken(token))).toBe(true);
    expect(sameHash(hashToken(token), hashToken(`${token}x`))).toBe(false);
  });
});

describe('CachedTokenVerifier', () => {
  let nowMs = 0;
  const cache = (inner: TokenVerifier, entriesMax = 100): CachedTokenVerifier =>
    new CachedTokenVerifier(inner, { ttlMs: 5_000, negativeTtlMs: 1_000, entriesMax, nowMs: () => nowMs });

  it('asks once while the answer is fresh, and takes a revoked token no longer than that', async () => {
    const inner = new FakeVerifier();
    const verifier = cache(inner);
    await Promise.all([verifier.verify('t'), verifier.verify('t')]);
    expect(inner.asked).toBe(1);
    inner.known = null;
    nowMs += 4_999;
    expect(await verifier.verify('t')).toBe(device);
    nowMs += 1;
    expect(await verifier.verify('t')).toBeNull();
  });

  it('cannot be told to remember for longer than a revocation may take', () => {
    const options = { ttlMs: 60_000, negativeTtlMs: 1_000, entriesMax: 1 };
    expect(() => new CachedTokenVerifier(new FakeVerifier(), options)).toThrow('ttlMs');
  });

  it('remembers an unknown token shortly: a device is known soon after it was enrolled', async () => {
    const inner = new FakeVerifier();
    inner.known = null;
    const verifier = cache(inner);
    expect(await verifier.verify('t')).toBeNull();
    inner.known = device;
    expect(await verifier.verify('t')).toBeNull();
    nowMs += 1_000;
    expect(await verifier.verify('t')).toBe(device);
  });

  it('does not remember a failure', async () => {
    const inner = new FakeVerifier();
    inner.broken = true;
    const verifier = cache(inner);
    await expect(verifier.verify('t')).rejects.toThrow('away');
    inner.broken = false;
    expect(await verifier.verify('t')).toBe(device);
  });

  it('holds a bounded number of answers', async () => {
    const inner = new FakeVerifier();
    const verifier = cache(inner, 2);
    for (const token of ['a', 'b', 'c']) await verifier.verify(token);
    await verifier.verify('c');
    expect(inner.asked).toBe(3);
    await verifier.verify('a');
    expect(inner.asked).toBe(4);
  });
});

describe('CombinedTokenVerifier', () => {
  it('answers with the first that knows the token', async () => {
    const unknowing = new FakeVerifier();
    unknowing.known = null;
    const knowing = new FakeVerifier();
    expect(await new CombinedTokenVerifier([unknowing, knowing]).verify('t')).toBe(device);
    expect(await new CombinedTokenVerifier([unknowing]).verify('t')).toBeNull();
  });
});

describe('the admin token', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'auth-'));
  afterAll(() => {
    fs.rmSync(folder, { recursive: true });
  });

  it('is made at the first start in a private file; the log says where, never what', async () => {
    const file = path.join(folder, 'deep', 'admin-token');
    const log = new Lines();
    const [first, second] = await Promise.all([
      openAdminToken({ adminTokenPath: file }, log),
      openAdminToken({ adminTokenPath: file }, log),
    ]);
    const token = fs.readFileSync(file, 'utf8').trim();
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(fs.readdirSync(path.dirname(file))).toEqual(['admin-token']);
    expect(log.lines).toEqual([{ file }]);
    expect(await first.verify(token)).toMatchObject({ id: 'admin', scopes: ['*'] });
    expect(await second.verify(token)).toMatchObject({ id: 'admin' });
    expect(await first.verify(mintToken())).toBeNull();
  });

  it('is refused from a file that others can read', async () => {
    const file = path.join(folder, 'open');
    fs.writeFileSync(file, mintToken());
    fs.chmodSync(file, 0o644);
    await expect(openAdminToken({ adminTokenPath: file }, new Lines())).rejects.toThrow('chmod 600');
  });

  it('may come from the environment instead, if it is one', async () => {
    const adminTokenPath = path.join(folder, 'unused');
    const adminToken = mintToken();
    const verifier = await openAdminToken({ adminToken, adminTokenPath }, new Lines());
    expect(await verifier.verify(adminToken)).not.toBeNull();
    expect(fs.existsSync(adminTokenPath)).toBe(false);
    const weak = openAdminToken({ adminToken: 'admin', adminTokenPath }, new Lines());
    await expect(weak).rejects.toThrow('ADMIN_TOKEN');
  });
});
