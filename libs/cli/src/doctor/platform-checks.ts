import { z } from 'zod';
import { SERVICES } from '../operate/services';
import type { PlatformClient } from '../platform-client';
import type { DoctorCheck } from './doctor-check';

const health = z.looseObject({
  status: z.string(),
  checks: z.record(z.string(), z.looseObject({ ok: z.boolean(), detail: z.string().optional() })),
});

const diagnosis = z.object({
  service: z.string(),
  checks: z.array(
    z.object({
      check: z.string(),
      level: z.enum(['ok', 'warn', 'fail']),
      detail: z.string(),
      remedy: z.string().nullable(),
    }),
  ),
});

const completeness = z.looseObject({
  registers: z.number(),
  silent: z.number(),
  heldBack: z.number(),
  holesOpen: z.number(),
  numbersMissing: z.number(),
  shiftsIncomplete: z.number(),
  reportsDiffering: z.number(),
});

const HEALTH_TIMEOUT_MS = 5_000;

/** The apps at the addresses, then every service behind them, then what they say of the registers. */
export async function checkPlatform(client: PlatformClient): Promise<DoctorCheck[]> {
  const addresses = await Promise.all(client.urls.map(checkAddress));
  if (addresses.every(({ reached }) => !reached)) return addresses.flatMap(({ checks }) => checks);
  const services = await Promise.all(SERVICES.map((service) => checkService(client, service)));
  return [
    ...addresses.flatMap(({ checks }) => checks),
    ...services.flat(),
    ...(await checkCompleteness(client)),
  ];
}

async function checkAddress(url: string): Promise<{ reached: boolean; checks: DoctorCheck[] }> {
  try {
    const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
    const { checks } = health.parse(await response.json());
    const failing = Object.entries(checks).filter(([, { ok }]) => !ok);
    if (failing.length === 0) {
      return {
        reached: true,
        checks: [{ where: url, check: 'ready', level: 'ok', detail: 'ready', remedy: null }],
      };
    }
    const remedy = 'It takes no work until this holds: see the checks below and the log of the process.';
    return {
      reached: true,
      checks: failing.map(([check, { detail }]) => ({
        where: url,
        check: 'ready',
        level: 'fail',
        detail: detail === undefined ? `not yet: ${check}` : `not yet: ${check}: ${detail}`,
        remedy,
      })),
    };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const detail = `no answer: ${cause instanceof Error ? cause.message : String(cause)}`;
    const remedy = 'Start Potok (npm run dev, or your deployment), or name its address: --url, POTOK_URL';
    return { reached: false, checks: [{ where: url, check: 'address', level: 'fail', detail, remedy }] };
  }
}

async function checkService(client: PlatformClient, service: string): Promise<DoctorCheck[]> {
  try {
    const answer = diagnosis.parse(await client.getOnce(`/v1/${service}/diagnosis`));
    return answer.checks.map((check) => ({ where: service, ...check }));
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const remedy = /: 40[13] /.test(detail)
      ? 'Ask with a token of the scope operations: --token-file, POTOK_TOKEN_FILE or POTOK_TOKEN'
      : 'With services apart, name the address of each: --url http://a:8080,http://b:8080';
    return [{ where: service, check: 'service', level: 'fail', detail, remedy }];
  }
}

async function checkCompleteness(client: PlatformClient): Promise<DoctorCheck[]> {
  try {
    const chain = completeness.parse(await client.getOnce('/v1/ingestion/completeness?limit=1'));
    const wrong = [
      [chain.holesOpen, `${String(chain.holesOpen)} gaps, ${String(chain.numbersMissing)} numbers missing`],
      [chain.shiftsIncomplete, `${String(chain.shiftsIncomplete)} shifts incomplete`],
      [chain.reportsDiffering, `${String(chain.reportsDiffering)} close reports differ`],
      [chain.silent, `${String(chain.silent)} registers silent`],
      [chain.heldBack, `${String(chain.heldBack)} registers held back by a series that has stopped`],
    ] as const;
    const said = wrong.filter(([count]) => count > 0).map(([, text]) => text);
    const base = { where: 'registers', check: 'completeness' };
    if (said.length === 0) {
      return [{ ...base, level: 'ok', detail: `${String(chain.registers)} registers, no gap`, remedy: null }];
    }
    const remedy = 'npm run potok -- gaps list; the senders are asked to send again by themselves';
    return [{ ...base, level: 'warn', detail: said.join(', '), remedy }];
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return [
      { where: 'registers', check: 'completeness', level: 'fail', detail, remedy: 'See ingestion above.' },
    ];
  }
}
