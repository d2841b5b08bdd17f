import { PeriodicWorker } from './periodic-worker';

async function turns(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 60));
}

describe('a periodic worker', () => {
  it('takes one turn at a time, goes on after an error, and waits for the turn in hand', async () => {
    let running = 0;
    let most = 0;
    let done = 0;
    const errors: unknown[] = [];
    const worker = new PeriodicWorker({
      intervalMs: 1,
      run: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
        done += 1;
        if (done === 1) throw new Error('the first turn fails');
      },
      onError: (error) => errors.push(error),
    });
    worker.start();
    while (done < 3) await turns();
    await worker.stop();
    expect(running).toBe(0);
    const doneAtStop = done;
    await turns();
    expect(done).toBe(doneAtStop);
    expect(most).toBe(1);
    expect(errors).toHaveLength(1);
  });

  it('takes the next turn at once when it is woken, also in the middle of one, and none after its end', async () => {
    let done = 0;
    let release: () => void = () => undefined;
    const worker = new PeriodicWorker({
      intervalMs: 3_600_000,
      run: () => {
        done += 1;
        return new Promise<void>((resolve) => {
          release = resolve;
        });
      },
      onError: () => undefined,
    });
    worker.start();
    worker.wake();
    while (done < 1) await turns();
    worker.wake();
    release();
    while (done < 2) await turns();
    release();
    await worker.stop();
    worker.wake();
    await turns();
    expect(done).toBe(2);
  });

  it('tells a long turn that it is to end', async () => {
    let ended = false;
    const worker = new PeriodicWorker({
      intervalMs: 1,
      run: async (stopping) => {
        while (!stopping()) await turns();
        ended = true;
      },
      onError: () => undefined,
    });
    worker.start();
    await turns();
    await worker.stop();
    expect(ended).toBe(true);
  });
});
