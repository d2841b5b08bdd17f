import { Controller, Get, HttpCode, Inject, Module, Post } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Scopes, TOKEN_VERIFIER } from '@potok/platform-auth/bearer-guard';
import { Answers } from '@potok/platform-http/route-decorators';
import type { HostedService } from '@potok/platform-service/run-app';
import type { ServiceHost } from '@potok/platform-service/service-host';
import { createMetrics } from '@potok/platform-telemetry/metrics';
import type { MetricCatalogue } from '@potok/platform-telemetry/metrics';
import { z } from 'zod';
import { proveChain } from '../conservation/prove-chain';
import { StageReader } from '../conservation/stage-reader';
import { proofAddresses } from './live-proof-config';
import type { LiveProofConfig, ProofAddresses } from './live-proof-config';
import { ProofRuns } from './proof-runs';

export const proofMetrics = {
  differences: {
    kind: 'gauge',
    name: 'potok_proof_differences',
    description: 'Differences between stages that the last proof found; none before the first',
    labels: [],
  },
} as const satisfies MetricCatalogue;

const PROOF_RUNS = Symbol('proof runs');
const REQUEST_TIMEOUT_MS = 60_000;
const MINUTE_MS = 60_000;

const proofAnswer = z.looseObject({
  state: z.enum(['never', 'running', 'done', 'failed']),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  failure: z.string().nullable(),
});

/** `/v1/proof`: the last proof that all stages hold the same of every receipt, and the wish for another. */
@Controller('v1/proof')
@Scopes('operations')
class ProofController {
  constructor(@Inject(PROOF_RUNS) private readonly runs: ProofRuns) {}

  @Get()
  @Answers({ status: 200, description: 'The last proof, differences named to the line', schema: proofAnswer })
  last() {
    return this.runs.state;
  }

  @Post('run')
  @HttpCode(202)
  @Answers({ status: 202, description: 'One is under way: ask GET /v1/proof', schema: proofAnswer })
  run() {
    void this.runs.start();
    return this.runs.state;
  }
}

class LiveProofModule {}
Module({})(LiveProofModule);

/**
 * Hosts the proof in an app: it asks the services over HTTP as an operator would, since services do not call each other
 * to do their work and read each other's tables never.
 */
export function createLiveProof(
  config: LiveProofConfig,
  host: ServiceHost,
  adminToken: string,
): HostedService {
  const addresses = proofAddresses(config);
  const runs = new ProofRuns({
    prove: (progress) => proveChain({ reader: readerOf(addresses, adminToken), storeIds: null, progress }),
    nowMs: () => host.clock.nowMs(),
    logger: host.logger.child({ module: 'proof' }),
  });
  const start = () => {
    const metrics = createMetrics('proof', proofMetrics);
    metrics.differences.observe((report) => {
      const { last } = runs.state;
      if (last !== null) report(last.differences.length);
    });
    if (config.proofIntervalMinutes > 0) {
      const timer = setInterval(() => void runs.start(), config.proofIntervalMinutes * MINUTE_MS).unref();
      host.shutdown.add('intake', 'proof', () => {
        clearInterval(timer);
      });
    }
    return Promise.resolve();
  };
  return { module: moduleOf(runs, host), strategies: [], start };
}

function moduleOf(runs: ProofRuns, host: ServiceHost): DynamicModule {
  return {
    module: LiveProofModule,
    controllers: [ProofController],
    providers: [
      { provide: TOKEN_VERIFIER, useValue: host.verifier },
      { provide: PROOF_RUNS, useValue: runs },
    ],
  };
}

function readerOf(addresses: ProofAddresses, adminToken: string): StageReader {
  return new StageReader(async (service, path) => {
    const response = await fetch(`${addresses[service]}${path}`, {
      headers: { authorization: `Bearer ${adminToken}` },
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${service} ${path}: ${String(response.status)}`);
    return text;
  });
}
