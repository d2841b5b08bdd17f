import type { CompletenessStatedV1 } from '@potok/ingestion-contracts/completeness-stated.v1';
import type { LogRecord } from '@potok/platform-kafka/log';
import type { Faults } from './faults';
import { StreamCheck } from './stream-check';

export const completenessTopicName = 'retail.register.completeness.v1';

type ShiftReport = NonNullable<CompletenessStatedV1['series'][number]['shifts'][number]['report']>;

/** What stands on the topic of completeness: each shift's close report as it was compared last. */
export class CompletenessBook {
  /** `series/shift number`, of ФН alone. */
  readonly reports = new Map<string, ShiftReport>();
  private readonly check: StreamCheck;

  constructor(faults: Faults) {
    this.check = new StreamCheck(completenessTopicName, faults);
  }

  take(record: LogRecord): void {
    if (record.value === null) return;
    const event = JSON.parse(record.value.toString('utf8')) as CompletenessStatedV1;
    if (!this.check.isNew(record, event)) return;
    for (const { scheme, series, shifts } of event.series) {
      if (scheme !== 'fn') continue;
      for (const { number, report } of shifts) {
        if (report !== null) this.reports.set(`${series}/${String(number)}`, report);
      }
    }
  }
}
