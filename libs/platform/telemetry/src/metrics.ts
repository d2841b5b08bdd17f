import { metrics } from '@opentelemetry/api';
import type { Meter } from '@opentelemetry/api';

/**
 * A library or service declares its metrics once, in one catalogue, and makes the instruments from it:
 *
 *   export const relayMetrics = {
 *     sent: { kind: 'counter', name: 'potok_relay_events', description: 'Events sent', labels: ['topic'] },
 *     lag: { kind: 'gauge', name: 'potok_relay_lag', description: 'Events not yet sent', labels: ['topic'] },
 *   } as const satisfies MetricCatalogue;
 *
 *   const instruments = createMetrics('platform-publication', relayMetrics);
 *   instruments.sent.add(500, { topic });
 *   instruments.lag.observe((report) => report(lag, { topic }));
 *
 * Names are lower-case words with the unit last (`_seconds`, `_bytes`); `_total` is added to counters when exported.
 * Label values come from closed sets: never a document, a product or a person.
 */
export interface MetricDeclaration {
  readonly kind: 'counter' | 'histogram' | 'gauge';
  readonly name: string;
  readonly description: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram's buckets, ascending. */
  readonly buckets?: readonly number[];
}

export type MetricCatalogue = Readonly<Record<string, MetricDeclaration>>;

export type Labels<Declaration extends MetricDeclaration> = Readonly<
  Record<Declaration['labels'][number], string>
>;

type LabelParameters<Declaration extends MetricDeclaration> = Declaration['labels'] extends readonly []
  ? []
  : [labels: Labels<Declaration>];

export interface Counter<Declaration extends MetricDeclaration> {
  add(value: number, ...labels: LabelParameters<Declaration>): void;
}

export interface Histogram<Declaration extends MetricDeclaration> {
  record(value: number, ...labels: LabelParameters<Declaration>): void;
}

export type Report<Declaration extends MetricDeclaration> = (
  value: number,
  ...labels: LabelParameters<Declaration>
) => void;

export interface Gauge<Declaration extends MetricDeclaration> {
  /** Asks at each collection. Answers how to stop asking. */
  observe(read: (report: Report<Declaration>) => void): () => void;
}

export type Instruments<Catalogue extends MetricCatalogue> = {
  readonly [Name in keyof Catalogue]: Catalogue[Name]['kind'] extends 'counter'
    ? Counter<Catalogue[Name]>
    : Catalogue[Name]['kind'] extends 'histogram'
      ? Histogram<Catalogue[Name]>
      : Gauge<Catalogue[Name]>;
};

/** The instruments of a catalogue. To be called after `startTelemetry`; before it, and in tests, they do nothing. */
export function createMetrics<const Catalogue extends MetricCatalogue>(
  scope: string,
  catalogue: Catalogue,
): Instruments<Catalogue> {
  const meter = metrics.getMeter(scope);
  const instruments = Object.fromEntries(
    Object.entries(catalogue).map(([name, declaration]) => [name, createInstrument(meter, declaration)]),
  );
  return instruments as Instruments<Catalogue>;
}

function createInstrument(meter: Meter, declaration: MetricDeclaration): object {
  const { name, description, buckets } = declaration;
  if (declaration.kind === 'counter') return meter.createCounter(name, { description });
  if (declaration.kind === 'histogram') {
    const advice = buckets === undefined ? {} : { advice: { explicitBucketBoundaries: [...buckets] } };
    return meter.createHistogram(name, { description, ...advice });
  }
  const gauge = meter.createObservableGauge(name, { description });
  return {
    observe(read: (report: (value: number, labels?: Record<string, string>) => void) => void): () => void {
      const callback: Parameters<typeof gauge.addCallback>[0] = (result) => {
        read((value, labels) => {
          result.observe(value, labels);
        });
      };
      gauge.addCallback(callback);
      return () => {
        gauge.removeCallback(callback);
      };
    },
  };
}
