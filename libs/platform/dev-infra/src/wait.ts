import { setTimeout as sleep } from 'node:timers/promises';

/** Polls until the answer is not undefined or the time is over (then undefined). */
export async function pollUntil<T>(
  answer: () => Promise<T | undefined> | T | undefined,
  options: { readonly timeoutMs: number; readonly everyMs: number },
): Promise<T | undefined> {
  const deadlineMs = Date.now() + options.timeoutMs;
  for (;;) {
    const value = await answer();
    if (value !== undefined) return value;
    if (Date.now() >= deadlineMs) return undefined;
    await sleep(options.everyMs);
  }
}
