import { z } from 'zod';
import { declareEvent } from '@potok/kernel/contract';
import { instant, integerTwin, legalEntityId, version } from '@potok/retail/fields';
import { legalEntitiesTopic } from './topics';

export const inn = z
  .string()
  .regex(/^\d{10}(\d{2})?$/)
  .describe('ИНН: 10 digits of an organisation, 12 of an entrepreneur')
  .meta({ examples: ['7707083893'] });

export const legalEntityFields = {
  legalEntityId,
  inn,
  name: z
    .string()
    .min(1)
    .max(300)
    .describe('Short name as in the registry')
    .meta({ examples: ['ООО «Ромашка»'] }),
};

const schema = z.object({
  ...legalEntityFields,
  legalEntityNo: integerTwin,
  archived: z.boolean().describe('No longer used; kept while anything refers to it'),
  version,
  recordedAt: instant,
});

/** The row of a legal entity on its compacted topic. */
export const legalEntityV1 = declareEvent({
  name: 'retail.organisation.legal-entity',
  version: 1,
  topic: legalEntitiesTopic,
  description: 'A legal entity as it is now.',
  schema,
  mustUnderstand: false,
  example: {
    legalEntityId: 'ooo-romashka',
    legalEntityNo: 1,
    inn: '7707083893',
    name: 'ООО «Ромашка»',
    archived: false,
    version: 1,
    recordedAt: '2026-03-02T09:15:00.000Z',
  },
});
export type LegalEntityV1 = z.infer<typeof schema>;
