import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createMetrics } from './metrics';
import type { MetricCatalogue } from './metrics';

export const processMetrics = {
  eventLoopDelay: {
    kind: 'gauge',
    name: 'potok_event_loop_delay_seconds',
    description: 'How late the event loop ran since the last collection',
    labels: ['quantile'],
  },
  cpu: {
    kind: 'gauge',
    name: 'potok_process_cpu_seconds',
    description: 'CPU time of the process since its start',
    labels: ['mode'],
  },
  memory: {
    kind: 'gauge',
    name: 'potok_process_memory_bytes',
    description: 'Memory of the process',
    labels: ['kind'],
  },
} as const satisfies MetricCatalogue;

const NANOSECONDS = 1e9;
const MICROSECONDS = 1e6;

/** Starts measuring the process; answers how to stop. */
export function measureProcess(): () => void {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const instruments = createMetrics('platform-telemetry', processMetrics);
  const stops = [
    instruments.eventLoopDelay.observe((report) => {
      report(delay.percentile(50) / NANOSECONDS, { quantile: '0.5' });
      report(delay.percentile(99) / NANOSECONDS, { quantile: '0.99' });
      report(delay.max / NANOSECONDS, { quantile: '1' });
      delay.reset();
    }),
    instruments.cpu.observe((report) => {
      const { user, system } = process.cpuUsage();
      report(user / MICROSECONDS, { mode: 'user' });
      report(system / MICROSECONDS, { mode: 'system' });
    }),
    instruments.memory.observe((report) => {
      const usage = process.memoryUsage();
      report(usage.rss, { kind: 'resident' });
      report(usage.heapUsed, { kind: 'heap' });
      report(usage.external, { kind: 'external' });
    }),
  ];
  return () => {
    delay.disable();
    for (const stop of stops) stop();
  };
}
