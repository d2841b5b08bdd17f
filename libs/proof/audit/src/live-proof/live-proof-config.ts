import { integer, text } from '@potok/platform-config/fields';
import { z } from 'zod';

const SERVICES = ['ingestion', 'nomenclature', 'stock', 'reporting'] as const;
const ADDRESS = /^(ingestion|nomenclature|stock|reporting)=(https?:\/\/[^\s,]+)$/;

/** Of the apps that host the proof. */
export const liveProofConfigFields = {
  proofIntervalMinutes: integer(0, 10_080)
    .default(0)
    .describe('Every so many minutes every stage is compared with the next; 0 = only when it is asked for'),
  proofServiceUrls: text()
    .optional()
    .describe(
      'Where the services answer: ingestion=http://…,nomenclature=…,stock=…,reporting=…; not stated = this process hosts all',
    ),
};

const addresses = z.record(z.enum(SERVICES), z.string());
export type ProofAddresses = z.output<typeof addresses>;

export interface LiveProofConfig {
  readonly proofIntervalMinutes: number;
  readonly proofServiceUrls?: string | undefined;
  readonly httpPort: number;
}

/** Throws when an address is missing or not one: the app does not start. */
export function proofAddresses({ proofServiceUrls, httpPort }: LiveProofConfig): ProofAddresses {
  if (proofServiceUrls === undefined) {
    const own = `http://127.0.0.1:${String(httpPort)}`;
    return { ingestion: own, nomenclature: own, stock: own, reporting: own };
  }
  const given = proofServiceUrls.split(',').map((one) => {
    const [, service, url] = ADDRESS.exec(one.trim()) ?? [];
    if (service === undefined || url === undefined)
      throw new Error(`PROOF_SERVICE_URLS: ${one} is not service=http://address`);
    return [service, url.replace(/\/+$/, '')] as const;
  });
  const parsed = addresses.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  throw new Error(`PROOF_SERVICE_URLS names not all of ${SERVICES.join(', ')}`);
}
