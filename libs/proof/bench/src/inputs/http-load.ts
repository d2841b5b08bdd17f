import { gzipSync } from 'node:zlib';
import type { PlatformApi } from '@potok/proof-simulator/sender/platform-api';
import { registerDocumentOf } from './register-documents';
import { syntheticReceipts } from './receipt-events';
import type { InputSize } from './receipt-events';

export const RECEIPTS_PER_REQUEST = 500;
const CONNECTIONS = 4;

/** NDJSON bodies as store agents send them, made before anything is measured. */
export function requestBodies(size: InputSize): Buffer[] {
  const bodies: Buffer[] = [];
  let lines: string[] = [];
  const close = () => {
    bodies.push(gzipSync(lines.join('\n'), { level: 1 }));
    lines = [];
  };
  for (const receipt of syntheticReceipts(size)) {
    lines.push(JSON.stringify(registerDocumentOf(receipt)));
    if (lines.length === RECEIPTS_PER_REQUEST) close();
  }
  if (lines.length > 0) close();
  return bodies;
}

/** Sends all bodies over a few connections, each again until all of its lines were acknowledged. */
export async function sendAll(api: PlatformApi, token: string, bodies: readonly Buffer[]): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (next < bodies.length) {
        const body = bodies[next];
        next += 1;
        if (body !== undefined) await sendUntilAcknowledged(api, token, body);
      }
    }),
  );
}

async function sendUntilAcknowledged(api: PlatformApi, token: string, body: Buffer): Promise<void> {
  for (let attempt = 1; attempt <= 50; attempt += 1) {
    const answer = await api.sendDocuments(
      { body, contentType: 'application/x-ndjson', contentEncoding: 'gzip' },
      token,
    );
    if (answer.status === 200 && api.readSendAnswer(answer).retry === 0) return;
    if (answer.status !== 200 && answer.status !== 429 && answer.status !== 503) {
      throw new Error(`the edge answered ${String(answer.status)}: ${answer.text.slice(0, 300)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the edge did not take a batch in 50 attempts');
}
