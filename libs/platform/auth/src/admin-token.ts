import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { Logger } from '@potok/platform-telemetry/logger';
import type { Principal, TokenVerifier } from './principal';
import { hashToken, isTokenShaped, mintToken, sameHash } from './token';

export interface AdminTokenOptions {
  /** The token itself, when the environment gives it; the file is then not looked at. */
  readonly adminToken?: string | undefined;
  /** Where the token of the first start is kept, mode 0600. */
  readonly adminTokenPath: string;
}

const ADMIN: Principal = { id: 'admin', kind: 'person', scopes: ['*'], stores: '*', registers: '*' };

/** Knows one token, that of the administrator. */
export class AdminTokenVerifier implements TokenVerifier {
  private readonly hash: Buffer;

  constructor(token: string) {
    this.hash = hashToken(token);
  }

  verify(token: string): Promise<Principal | null> {
    return Promise.resolve(sameHash(hashToken(token), this.hash) ? ADMIN : null);
  }
}

/**
 * The administrator's verifier: from the environment, else from the file, which the first start creates (services
 * that start at once agree on one). The log says where the file is, never what is in it.
 */
export async function openAdminToken(
  options: AdminTokenOptions,
  logger: Logger,
): Promise<AdminTokenVerifier> {
  const file = path.resolve(options.adminTokenPath);
  if (options.adminToken === undefined && (await createOnce(file)))
    logger.info({ file }, 'an admin token was made; the file holds it');
  return new AdminTokenVerifier(await readAdminToken(options));
}

/** The token itself, for what the process asks of the platform on the administrator's behalf. */
export async function readAdminToken(options: AdminTokenOptions): Promise<string> {
  if (options.adminToken !== undefined) return checked(options.adminToken, 'ADMIN_TOKEN');
  const file = path.resolve(options.adminTokenPath);
  await assertPrivate(file);
  return checked((await fs.readFile(file, 'utf8')).trim(), file);
}

/** A file appears whole or not at all: a link to a name that exists fails, and the first one stays. */
async function createOnce(file: string): Promise<boolean> {
  await fs.mkdir(path.dirname(file), { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  await fs.writeFile(draft, `${mintToken()}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await fs.link(draft, file);
    return true;
  } catch (error) {
    if (alreadyExists(error)) return false;
    throw error;
  } finally {
    await fs.unlink(draft);
  }
}

function alreadyExists(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST';
}

async function assertPrivate(file: string): Promise<void> {
  const { mode } = await fs.stat(file);
  if ((mode & 0o077) !== 0) throw new Error(`others can read ${file}: run chmod 600 on it`);
}

function checked(token: string, source: string): string {
  if (!isTokenShaped(token)) throw new Error(`${source} does not hold a token (ptk_ and 43 letters)`);
  return token;
}
