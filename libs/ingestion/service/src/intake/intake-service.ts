import type { Tx } from '@potok/platform-postgres/tx';
import type { LineQuarantine } from '../quarantine/line-quarantine';
import { countOutcomes, createIngestionMetrics } from '../ingestion-metrics';
import type { IngestionMetrics } from '../ingestion-metrics';
import type { InboxLine, LineOutcome } from './inbox-line';
import type { IntakeHandler } from './intake.handler';

/** The intake with its quarantine: after it nothing of a batch is lost, whatever became of it. */
export class IntakeService {
  constructor(
    private readonly handler: IntakeHandler,
    private readonly quarantine: LineQuarantine,
    private readonly metrics: IngestionMetrics = createIngestionMetrics(),
  ) {}

  async takeIn(tx: Tx, lines: readonly InboxLine[]): Promise<readonly LineOutcome[]> {
    const outcomes = await this.handler.apply(tx, lines);
    await this.quarantine.add(tx, lines, outcomes);
    tx.afterCommit(() => {
      const counted = outcomes.map((outcome) => ({
        outcome: outcome.kind,
        code: 'code' in outcome ? outcome.code : null,
      }));
      countOutcomes(this.metrics.takenIn, counted);
    });
    return outcomes;
  }
}
