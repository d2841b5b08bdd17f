import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { measureProcess } from './process-metrics';

export interface TelemetryOptions {
  readonly service: string;
  /**
   * Traces go to the collector that the standard OTEL_EXPORTER_OTLP_* variables name; without an endpoint nothing is
   * traced, nothing instrumented, and only metrics cost anything.
   */
  readonly tracing: boolean;
}

export interface Telemetry {
  /** All metrics in Prometheus' text format: the body of `/metrics`. */
  metricsText(): Promise<string>;
  /** Sends what is buffered and stops; at the very end of the shutdown. */
  shutdown(): Promise<void>;
}

/** First of all in main.ts, before anything that is to be measured or traced is loaded. */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const sdk = new NodeSDK({
    serviceName: options.service,
    autoDetectResources: false,
    metricReaders: [reader],
    logRecordProcessors: [],
    ...(options.tracing
      ? {
          instrumentations: [
            new HttpInstrumentation({ ignoreIncomingRequestHook: isProbe, startIncomingSpanHook: addressOf }),
          ],
        }
      : { spanProcessors: [] }),
  });
  sdk.start();
  const stopMeasuring = measureProcess();
  const serializer = new PrometheusSerializer(undefined, false, undefined, true, true);
  return {
    metricsText: async () => {
      const { resourceMetrics } = await reader.collect();
      return serializer.serialize(resourceMetrics);
    },
    shutdown: async () => {
      stopMeasuring();
      // A collector that is away costs its spans, not a clean end of the process.
      await sdk.shutdown().catch(() => undefined);
    },
  };
}

function isProbe(request: { url?: string | undefined }): boolean {
  return request.url === '/metrics' || (request.url?.startsWith('/health/') ?? false);
}

/** Service and collection; what is named behind them, and in the query, may be a person. */
const COLLECTION = /^(?:\/[a-z0-9-]+){1,3}(?=[/?]|$)/;

/** Takes the place of what the instrumentation makes of the address of a request. */
function addressOf(request: object): Record<string, string> {
  const url = 'url' in request && typeof request.url === 'string' ? request.url : '';
  const address = COLLECTION.exec(url)?.[0] ?? '/';
  return { 'http.url': address, 'http.target': address, 'url.path': address, 'url.query': '' };
}
