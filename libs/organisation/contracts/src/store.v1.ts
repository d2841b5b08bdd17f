import { z } from 'zod';
import { declareEvent } from '@potok/kernel/contract';
import { instant, integerTwin, legalEntityId, locationId, storeId, version } from '@potok/retail/fields';
import { storesTopic } from './topics';

export const alias = z
  .object({
    system: z
      .string()
      .min(1)
      .max(40)
      .describe('Foreign system')
      .meta({ examples: ['1c'] }),
    code: z
      .string()
      .min(1)
      .max(100)
      .describe('Its code')
      .meta({ examples: ['000000017'] }),
    validFrom: instant.optional(),
    validTo: instant.optional(),
  })
  .describe("A foreign system's code of the same thing");

export const location = z.object({
  locationId,
  name: z
    .string()
    .min(1)
    .max(200)
    .describe('Name of the location, as people say it')
    .meta({ examples: ['Торговый зал'] }),
});

export const storeFields = {
  storeId,
  name: z
    .string()
    .min(1)
    .max(200)
    .describe('Name of the store, as people say it')
    .meta({ examples: ['Магазин № 7'] }),
  legalEntityId,
  timeZone: z
    .string()
    .min(1)
    .max(60)
    .describe('IANA zone')
    .meta({ examples: ['Europe/Moscow'] }),
  dayCutover: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .describe('Local time at which a new business day begins; receipts before it belong to the day before')
    .meta({ examples: ['00:00'] }),
};

const schema = z.object({
  ...storeFields,
  storeNo: integerTwin,
  aliases: z.array(alias).describe('Codes of the same store in foreign systems'),
  locations: z
    .array(location.extend({ locationNo: integerTwin }))
    .min(1)
    .describe('Stock locations of the store'),
  defaultLocationId: locationId.describe(
    'Where a register of the store sells from unless the register says otherwise',
  ),
  archived: z.boolean().describe('True once it is closed; the row stays while anything refers to it'),
  version,
  recordedAt: instant,
});

/** The row of a store on its compacted topic. */
export const storeV1 = declareEvent({
  name: 'retail.organisation.store',
  version: 1,
  topic: storesTopic,
  description: 'A store as it is now, with its stock locations.',
  schema,
  mustUnderstand: false,
  example: {
    storeId: 'store-0007',
    storeNo: 7,
    name: 'Магазин № 7',
    legalEntityId: 'ooo-romashka',
    timeZone: 'Europe/Moscow',
    dayCutover: '00:00',
    aliases: [],
    locations: [{ locationId: 'store-0007', locationNo: 7, name: 'Торговый зал' }],
    defaultLocationId: 'store-0007',
    archived: false,
    version: 1,
    recordedAt: '2026-03-02T09:15:00.000Z',
  },
});
export type StoreV1 = z.infer<typeof schema>;
