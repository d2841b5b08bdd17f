import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  /** For the message: what should have come true. */
  readonly what: string;
  /** Default 30 s. */
  readonly timeoutMs?: number;
  /** Default 50 ms. */
  readonly everyMs?: number;
}

/**
 * Polls until the answer is neither undefined, null nor false, and answers it. Throws after the deadline with what
 * was awaited and the last answer or error.
 */
export async function waitFor<T>(
  condition: () => Promise<T | undefined | null | false> | T | undefined | null | false,
  options: WaitOptions,
): Promise<T> {
  const timeoutMs = options.timeoutMs ?? 30_000;
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    const attempt = await attemptOf(condition);
    if (attempt.met) return attempt.value;
    if (Date.now() >= deadlineMs) {
      throw new Error(`waited ${String(timeoutMs)} ms in vain for ${options.what}; last: ${attempt.last}`);
    }
    await sleep(options.everyMs ?? 50);
  }
}

type Attempt<T> = { readonly met: true; readonly value: T } | { readonly met: false; readonly last: string };

async function attemptOf<T>(
  condition: () => Promise<T | undefined | null | false> | T | undefined | null | false,
): Promise<Attempt<T>> {
  try {
    const value = await condition();
    if (value === undefined || value === null || value === false) return { met: false, last: String(value) };
    return { met: true, value };
  } catch (error) {
    return { met: false, last: error instanceof Error ? error.message : String(error) };
  }
}
