import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { mintToken } from '@potok/platform-auth/token';
import { APP_NODE_ARGUMENTS } from '@potok/platform-dev-infra/app-arguments';
import { captureProcess } from '@potok/platform-testing/captured-process';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { waitFor } from '@potok/platform-testing/wait-for';
import { provision } from './running-potok';

const CHECKOUT = path.resolve(__dirname, '..', '..', '..', '..');

/** The app as its users run it: what it says aloud is kept. */
export interface PotokProcess {
  readonly address: string;
  readonly adminToken: string;
  readonly test: TestDatabase;
  log(): string;
  stop(): Promise<void>;
}

export async function startPotokProcess(
  brokers: readonly string[],
  collector: SpanCollector,
): Promise<PotokProcess> {
  execFileSync(process.execPath, [path.join('tools', 'build.cjs')], { cwd: CHECKOUT, stdio: 'ignore' });
  const test = await createTestDatabase();
  const urls = await provision(test);
  const adminToken = mintToken();
  const { PATH, HOME } = process.env;
  const child = captureProcess({
    command: process.execPath,
    arguments: [...APP_NODE_ARGUMENTS, path.join(CHECKOUT, 'dist', 'apps', 'potok', 'src', 'main.js')],
    workingFolder: CHECKOUT,
    environment: {
      PATH,
      HOME,
      KAFKA_BROKERS: brokers.join(','),
      INGESTION_DATABASE_URL: urls.ingestion,
      NOMENCLATURE_DATABASE_URL: urls.nomenclature,
      STOCK_DATABASE_URL: urls.stock,
      REPORTING_DATABASE_URL: urls.reporting,
      VAULT_KEY: randomBytes(32).toString('base64'),
      ADMIN_TOKEN: adminToken,
      LOG_LEVEL: 'debug',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.address,
      OTEL_BSP_SCHEDULE_DELAY: '200',
    },
  });
  const log = () => child.output().stdout + child.output().stderr;
  const [, address = ''] = await child.untilOutput(/"address":"(http:[^"]+)"/, 60_000);
  await waitFor(async () => (await fetch(`${address}/health/ready`)).ok, {
    what: 'readiness',
    timeoutMs: 90_000,
  });
  const stop = async () => {
    child.kill();
    await child.ended;
    await test.drop();
  };
  return { address, adminToken, test, log, stop };
}

/** Takes what an OTLP exporter sends over HTTP, and keeps it as it came. */
export class SpanCollector {
  private readonly received: Buffer[] = [];

  private constructor(private readonly server: Server) {}

  static async open(): Promise<SpanCollector> {
    const server = createServer();
    const collector = new SpanCollector(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        const zipped = request.headers['content-encoding'] === 'gzip';
        collector.received.push(zipped ? gunzipSync(body) : body);
        response.writeHead(200).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return collector;
  }

  get address(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  bytes(): Buffer {
    return Buffer.concat(this.received);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => {
        resolve();
      });
      this.server.closeAllConnections();
    });
  }
}
