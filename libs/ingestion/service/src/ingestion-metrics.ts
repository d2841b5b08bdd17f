import { createMetrics } from '@potok/platform-telemetry/metrics';
import type { MetricCatalogue } from '@potok/platform-telemetry/metrics';

export const ingestionMetricCatalogue = {
  answered: {
    kind: 'counter',
    name: 'potok_ingestion_lines_answered',
    description: 'Lines that the edge has answered',
    labels: ['outcome', 'code'],
  },
  received: {
    kind: 'counter',
    name: 'potok_ingestion_received_bytes',
    description: 'Bytes of lines that the broker has acknowledged',
    labels: [],
  },
  takenIn: {
    kind: 'counter',
    name: 'potok_ingestion_lines_taken_in',
    description:
      'Lines that the intake has decided: registered, revised, repeat, variant, training, held, rejected',
    labels: ['outcome', 'code'],
  },
  registers: {
    kind: 'gauge',
    name: 'potok_ingestion_registers',
    description:
      'Registers by what was stated of them: open, complete, incomplete, unprovable; and silent ones',
    labels: ['state'],
  },
  holesOpen: {
    kind: 'gauge',
    name: 'potok_ingestion_holes_open',
    description: 'Holes in the series of registers that are open',
    labels: [],
  },
  numbersMissing: {
    kind: 'gauge',
    name: 'potok_ingestion_numbers_missing',
    description: 'Numbers in open holes',
    labels: [],
  },
  shiftsIncomplete: {
    kind: 'gauge',
    name: 'potok_ingestion_shifts_incomplete',
    description: 'Closed shifts of which receipts are missing',
    labels: [],
  },
  reportsDiffering: {
    kind: 'gauge',
    name: 'potok_ingestion_reports_differing',
    description: 'Close reports that disagree with their documents, of shifts that are still spoken of',
    labels: [],
  },
} as const satisfies MetricCatalogue;

export type IngestionMetrics = ReturnType<typeof createIngestionMetrics>;

export function createIngestionMetrics() {
  return createMetrics('register-ingestion', ingestionMetricCatalogue);
}

/** One addition for each kind of outcome, however many lines there are. */
export function countOutcomes(
  counter: IngestionMetrics['answered' | 'takenIn'],
  outcomes: readonly { readonly outcome: string; readonly code: string | null }[],
): void {
  const counts = new Map<string, { readonly outcome: string; readonly code: string; count: number }>();
  for (const { outcome, code } of outcomes) {
    const key = `${outcome} ${code ?? ''}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { outcome, code: code ?? 'none', count: 1 });
    else known.count += 1;
  }
  for (const { outcome, code, count } of counts.values()) counter.add(count, { outcome, code });
}
