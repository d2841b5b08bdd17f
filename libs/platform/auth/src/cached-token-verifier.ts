import { assert } from '@potok/kernel/assert';
import type { Principal, TokenVerifier } from './principal';
import { hashToken } from './token';

export interface CacheOptions {
  /** How long a revoked token may still be taken: at most 10 s. */
  readonly ttlMs: number;
  /** How long an unknown token stays unknown. */
  readonly negativeTtlMs: number;
  readonly entriesMax: number;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs?: () => number;
}

export const DEFAULT_CACHE: CacheOptions = { ttlMs: 5_000, negativeTtlMs: 1_000, entriesMax: 10_000 };

const TTL_MS_MAX = 10_000;

interface Entry {
  readonly principal: Promise<Principal | null>;
  expiresAtMs: number;
}

/**
 * Remembers answers of a slower verifier for a short while, by the token's hash, never by the token. Concurrent
 * questions about one token ask once; a question that failed is not remembered.
 */
export class CachedTokenVerifier implements TokenVerifier {
  private readonly entries = new Map<string, Entry>();
  private readonly nowMs: () => number;

  constructor(
    private readonly inner: TokenVerifier,
    private readonly options: CacheOptions = DEFAULT_CACHE,
  ) {
    assert(
      options.ttlMs <= TTL_MS_MAX,
      `a revocation must be effective: ttlMs is at most ${String(TTL_MS_MAX)}`,
    );
    assert(
      options.negativeTtlMs <= options.ttlMs,
      'an unknown token is not remembered longer than a known one',
    );
    this.nowMs = options.nowMs ?? (() => performance.now());
  }

  verify(token: string): Promise<Principal | null> {
    const key = hashToken(token).toString('base64');
    const found = this.entries.get(key);
    if (found !== undefined && found.expiresAtMs > this.nowMs()) return found.principal;
    this.entries.delete(key);
    return this.ask(key, token);
  }

  /** Forgets everything: a revocation in this process is effective at once. */
  clear(): void {
    this.entries.clear();
  }

  private ask(key: string, token: string): Promise<Principal | null> {
    const entry: Entry = {
      principal: this.inner.verify(token),
      expiresAtMs: this.nowMs() + this.options.ttlMs,
    };
    this.makeRoom();
    this.entries.set(key, entry);
    entry.principal.then(
      (principal) => {
        if (principal === null) entry.expiresAtMs = this.nowMs() + this.options.negativeTtlMs;
      },
      () => {
        if (this.entries.get(key) === entry) this.entries.delete(key);
      },
    );
    return entry.principal;
  }

  /** The oldest answers go first: a flood of unknown tokens cannot grow the cache. */
  private makeRoom(): void {
    for (const key of this.entries.keys()) {
      if (this.entries.size < this.options.entriesMax) return;
      this.entries.delete(key);
    }
  }
}
