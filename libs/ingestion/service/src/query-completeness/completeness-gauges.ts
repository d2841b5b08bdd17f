import type { ChainCompleteness } from '@potok/ingestion-contracts/completeness-http';
import type { Logger } from '@potok/platform-telemetry/logger';
import type { IngestionMetrics } from '../ingestion-metrics';
import type { CompletenessQuery } from './completeness.query';

export interface GaugeOptions {
  readonly query: CompletenessQuery;
  readonly metrics: IngestionMetrics;
  readonly everyMs: number;
  readonly logger: Logger;
}

/** The chain's completeness as metrics: read now and then, reported as it was read last. */
export class CompletenessGauges {
  private timer: NodeJS.Timeout | null = null;
  private latest: ChainCompleteness | null = null;
  private reading: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(private readonly options: GaugeOptions) {
    const { registers, holesOpen, numbersMissing, shiftsIncomplete, reportsDiffering } = options.metrics;
    registers.observe((report) => {
      if (this.latest === null) return;
      for (const state of ['open', 'complete', 'incomplete', 'unprovable', 'silent'] as const) {
        report(this.latest[state], { state });
      }
    });
    for (const [gauge, measure] of [
      [holesOpen, 'holesOpen'],
      [numbersMissing, 'numbersMissing'],
      [shiftsIncomplete, 'shiftsIncomplete'],
      [reportsDiffering, 'reportsDiffering'],
    ] as const) {
      gauge.observe((report) => {
        if (this.latest !== null) report(this.latest[measure]);
      });
    }
  }

  start(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.reading = this.read().then(() => {
        this.start();
      });
    }, this.options.everyMs);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.reading;
  }

  private async read(): Promise<void> {
    try {
      this.latest = await this.options.query.ofChain({ after: '', limit: 1 }, () => true);
    } catch (error) {
      this.options.logger.warn({ error }, 'the completeness of the chain could not be read');
    }
  }
}
