import { PeriodicWorker } from '@potok/platform-service/periodic-worker';
import { RelaySignal } from '@potok/platform-publication/relay-signal';
import { DirtyTableStateSource } from '@potok/platform-publication/state-source';
import type { ServiceRuntime } from '@potok/platform-service/service-runtime';
import { dailySalesTopic } from '@potok/reporting-contracts/bi-topics';
import { loadDays, pageOfDays } from './day-rows';
import { SumDaysHandler } from './sum-days.handler';

export function daysSource(signal: RelaySignal): DirtyTableStateSource {
  return new DirtyTableStateSource({ topic: dailySalesTopic, signal, load: loadDays, page: pageOfDays });
}

/** Adds to the service what publishes the sums of days. */
export function addBiDays(runtime: ServiceRuntime, intervalMs: number): void {
  const signal = new RelaySignal();
  const source = daysSource(signal);
  const { database, host, logger } = runtime;
  const handler = new SumDaysHandler({ database, clock: host.clock, source });
  const onError = (error: unknown) => {
    logger.warn({ error }, 'the sums of days were not published and are tried again');
  };
  runtime.addStateRelay(source, signal);
  runtime.addWorker(new PeriodicWorker({ intervalMs, run: () => handler.sumChanged(), onError }));
}
