const atOnce = 8;

/** Does the work for all values, a few at a time. */
export async function inParallel<T>(values: readonly T[], work: (value: T) => Promise<void>): Promise<void> {
  const queue = [...values];
  const workers = Array.from({ length: Math.min(atOnce, queue.length) }, async () => {
    for (let value = queue.shift(); value !== undefined; value = queue.shift()) await work(value);
  });
  await Promise.all(workers);
}
