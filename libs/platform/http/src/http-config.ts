import { bytes, durationMs, integer, port, text } from '@potok/platform-config/fields';

const MIB = 1024 * 1024;

/** Fields for the configuration schema of every app that serves HTTP. */
export const httpConfigFields = {
  httpHost: text().default('127.0.0.1').describe('Address to listen on; 0.0.0.0 in a container'),
  httpPort: port().default(0).describe('Port of the HTTP API'),
  httpConnectionsMax: integer(1, 100_000)
    .default(2_000)
    .describe('Open connections; over it the oldest one without a request makes room'),
  httpRequestsMax: integer(1, 100_000)
    .default(500)
    .describe('Requests in hand; more are answered 503 with Retry-After'),
  httpHeadersTimeoutMs: durationMs(100, 60_000).default(10_000).describe('Time for the headers of a request'),
  httpRequestTimeoutMs: durationMs(100, 600_000)
    .default(60_000)
    .describe('Time for a whole request to arrive'),
  httpIdleTimeoutMs: durationMs(100, 600_000)
    .default(30_000)
    .describe('Time that a connection may rest between requests'),
  httpJsonBytesMax: bytes(1_024, 64 * MIB)
    .default(MIB)
    .describe('Largest JSON body, inflated'),
  httpNdjsonBytesMax: bytes(1_024, 1_024 * MIB)
    .default(64 * MIB)
    .describe('Largest NDJSON body, inflated'),
  httpInflationRatioMax: integer(2, 1_100)
    .default(200)
    .describe('Inflated bytes per received byte of a gzip body'),
};

export interface HttpConfig {
  readonly httpHost: string;
  readonly httpPort: number;
  readonly httpConnectionsMax: number;
  readonly httpRequestsMax: number;
  readonly httpHeadersTimeoutMs: number;
  readonly httpRequestTimeoutMs: number;
  readonly httpIdleTimeoutMs: number;
  readonly httpJsonBytesMax: number;
  readonly httpNdjsonBytesMax: number;
  readonly httpInflationRatioMax: number;
}
