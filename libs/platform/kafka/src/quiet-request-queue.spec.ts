import RequestQueue from 'kafkajs/src/network/requestQueue';
import { quietRequestQueues } from './quiet-request-queue';

beforeEach(() => {
  jest.useFakeTimers();
  quietRequestQueues();
});
afterEach(() => {
  jest.useRealTimers();
});

function queueWith(waiting: number): { queue: RequestQueue; checks: () => number } {
  let checks = 0;
  const queue: RequestQueue = Object.assign(Object.create(RequestQueue.prototype) as RequestQueue, {
    pending: Array<unknown>(waiting).fill({}),
    throttledUntil: -1,
    throttleCheckTimeoutId: null,
    checkPendingRequests: () => {
      checks += 1;
    },
  });
  return { queue, checks: () => checks };
}

it('a connection without waiting requests sets no timer', () => {
  const { queue, checks } = queueWith(0);
  queue.scheduleCheckPendingRequests();
  expect(jest.getTimerCount()).toBe(0);
  expect(checks()).toBe(0);
});

it('waiting requests are looked at again, once per timer', () => {
  const { queue, checks } = queueWith(2);
  queue.scheduleCheckPendingRequests();
  queue.scheduleCheckPendingRequests();
  jest.advanceTimersByTime(100);
  expect(checks()).toBe(1);
});
