import { z } from 'zod';
import { declareEvent } from '@potok/kernel/contract';
import { instant, integerTwin, locationId, registerId, storeId, version } from '@potok/retail/fields';
import { registersTopic } from './topics';

export const registerFields = {
  registerId,
  storeId,
  name: z
    .string()
    .min(1)
    .max(200)
    .describe('Name of the register, as people say it')
    .meta({ examples: ['Касса 1'] }),
  locationId: locationId
    .describe("Where its sales leave the stock; not stated = the store's default")
    .optional(),
};

const schema = z.object({
  ...registerFields,
  locationId,
  registerNo: integerTwin,
  archived: z.boolean().describe('True once it is closed; the row stays while anything refers to it'),
  version,
  recordedAt: instant,
});

/** The row of a register on its compacted topic. */
export const registerV1 = declareEvent({
  name: 'retail.organisation.register',
  version: 1,
  topic: registersTopic,
  description: 'A register (касса) as it is now.',
  schema,
  mustUnderstand: false,
  example: {
    registerId: 'store-0007-1',
    registerNo: 21,
    storeId: 'store-0007',
    name: 'Касса 1',
    locationId: 'store-0007',
    archived: false,
    version: 1,
    recordedAt: '2026-03-02T09:15:00.000Z',
  },
});
export type RegisterV1 = z.infer<typeof schema>;
