import { exitWhenParentDies } from '@potok/platform-dev-infra/parent-watch';
import { startTelemetry } from '@potok/platform-telemetry/start-telemetry';

exitWhenParentDies(process.env);

/** Imported before everything that is to be measured and traced. */
export const telemetry = startTelemetry({
  service: 'reporting',
  tracing: process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] !== undefined,
});
