import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startInfra } from '@potok/platform-dev-infra/infra';
import { requireInfra } from './test-infra';

export interface OwnBroker {
  readonly brokers: string[];
  stop(): Promise<void>;
}

/** A broker whose topics nobody else writes: topics of contracts have one name for all who share a broker. */
export async function startOwnBroker(): Promise<OwnBroker> {
  const folder = mkdtempSync(path.join(tmpdir(), 'potok-broker-'));
  const infra = await startInfra({
    checkoutFolder: folder,
    environment: { ...process.env, KAFKA_BROKERS: undefined, DATABASE_URL: requireInfra().databaseUrl },
    report: () => undefined,
  });
  const stop = async () => {
    await infra.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { brokers: infra.kafkaBrokers, stop };
}
