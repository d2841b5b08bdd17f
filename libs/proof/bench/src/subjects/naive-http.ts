import { Agent, request } from 'node:http';
import { freePorts } from '@potok/platform-dev-infra/free-port';
import type { BenchStage } from '../harness/bench-stage';
import type { Measurement } from '../harness/measurement';
import { registerDocumentOf } from '../inputs/register-documents';
import { syntheticReceipts } from '../inputs/receipt-events';
import type { InputSize } from '../inputs/receipt-events';

const CONNECTIONS = 16;
const START_ATTEMPTS = 200;

/** The same documents one by one to Nest on Express with TypeORM, over as many connections as it can use. */
export async function runNaiveHttp(stage: BenchStage, size: InputSize): Promise<Measurement> {
  const [port] = await freePorts(1);
  const program = await stage.startProgram('naive-http', 'libs/proof/bench/src/naive/naive-http-main.js', {
    HTTP_PORT: String(port),
  });
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const bodies = [...syntheticReceipts(size)].map((receipt) => JSON.stringify(registerDocumentOf(receipt)));
  try {
    await untilAnswered(() => post(agent, port ?? 0, bodies[0] ?? ''));
    const before = stage.cpuUs();
    const startMs = performance.now();
    let next = 1;
    await Promise.all(
      Array.from({ length: CONNECTIONS }, async () => {
        while (next < bodies.length) {
          next += 1;
          await post(agent, port ?? 0, bodies[next - 1] ?? '');
        }
      }),
    );
    const durationMs = performance.now() - startMs;
    const cpuUs = [...stage.cpuUs()].map(([name, value]) => [name, value - (before.get(name) ?? 0)] as const);
    return { lines: bodies.length - 1, durationMs, cpuUs: Object.fromEntries(cpuUs) };
  } finally {
    agent.destroy();
    await program.stop();
  }
}

async function untilAnswered(call: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await call();
      return;
    } catch (error) {
      if (attempt === START_ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function post(agent: Agent, port: number, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const call = request(
      { agent, port, host: '127.0.0.1', path: '/documents', method: 'POST', headers },
      (answer) => {
        answer.resume();
        answer.on('end', () => {
          if (answer.statusCode === 200) resolve();
          else reject(new Error(`the naive service answered ${String(answer.statusCode)}`));
        });
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}
