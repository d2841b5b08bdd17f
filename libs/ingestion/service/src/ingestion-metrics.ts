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
