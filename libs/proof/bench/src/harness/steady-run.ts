import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchStage } from './bench-stage';
import type { Measurement } from './measurement';

const POLL_MS = 50;
const DEADLINE_MS = 600_000;

/**
 * Measures from the moment at which work is seen to go on to the moment at which all of it is done, so that neither
 * the start of a process nor an idle wait counts. `progress` tells how many lines are done.
 */
export async function measureSteadily(
  stage: BenchStage,
  progress: () => Promise<{ readonly lines: number; readonly done: boolean }>,
): Promise<Measurement> {
  let start: { lines: number; atMs: number; cpuUs: Map<string, number> } | null = null;
  const deadlineMs = performance.now() + DEADLINE_MS;
  for (;;) {
    const { lines, done } = await progress();
    const atMs = performance.now();
    if (start === null && lines > 0) start = { lines, atMs, cpuUs: stage.cpuUs() };
    if (done && start !== null) {
      const end = stage.cpuUs();
      const before = start.cpuUs;
      return {
        lines: lines - start.lines,
        durationMs: atMs - start.atMs,
        cpuUs: Object.fromEntries([...end].map(([name, cpuUs]) => [name, cpuUs - (before.get(name) ?? 0)])),
      };
    }
    if (atMs > deadlineMs)
      throw new Error(`not done within ${String(DEADLINE_MS / 1000)} s: ${String(lines)} lines`);
    await sleep(POLL_MS);
  }
}
