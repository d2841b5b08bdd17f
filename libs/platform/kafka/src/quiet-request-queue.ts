import RequestQueue from 'kafkajs/src/network/requestQueue';

const CHECK_INTERVAL_MS = 10;
const QUIET = Symbol.for('potok.kafka.quiet-request-queue');

/**
 * kafkajs 2.2.4 lets every connection look for waiting requests a thousand times a second, for ever: it sets a timer
 * in the past when nothing waits and nothing is throttled, some 3 % of a core for each idle connection. A connection
 * without waiting requests needs no timer: a new request and an answer look by themselves.
 */
export function quietRequestQueues(): void {
  const { prototype } = RequestQueue;
  if (QUIET in prototype) return;
  Object.assign(prototype, { [QUIET]: true });
  prototype.scheduleCheckPendingRequests = function scheduleWhenWaiting(this: RequestQueue): void {
    if (this.pending.length === 0 || this.throttleCheckTimeoutId !== null) return;
    const throttledForMs = this.throttledUntil - Date.now();
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      Math.max(throttledForMs, CHECK_INTERVAL_MS),
    );
  };
}
