import { z } from 'zod';
import { declareEvent } from '@potok/kernel/contract';
import { instant, legalEntityId, registerId, storeId, version } from '@potok/retail/fields';
import { inn } from './legal-entity.v1';
import { seriesNameField, seriesSchemeField } from '@potok/retail/document/series-fields';
import { registrationsTopic } from './topics';

export const registrationFields = {
  scheme: seriesSchemeField,
  series: seriesNameField,
  registerId,
  fromNumber: z
    .int()
    .min(0)
    .default(0)
    .describe(
      'First number of the range, inclusive; 1 for a ФН that is new: what is missing in front of its first document is then named. 0 = where it begins is not known',
    ),
  toNumber: z
    .int()
    .min(0)
    .nullable()
    .default(null)
    .describe('Last number of the range, inclusive; null = open'),
  numbering: z
    .enum(['dense', 'receiptsOnly', 'opaque'])
    .default('dense')
    .describe(
      'dense: every number exists; receiptsOnly: only receipts are numbered; opaque: ids without order',
    ),
  coverage: z
    .array(z.string().max(40))
    .max(20)
    .default([])
    .describe('Forms of documents that the sender promises; empty = all'),
  documentCountSlack: z
    .int()
    .min(0)
    .max(10)
    .optional()
    .describe(
      'By how much 1111 of a close report may be below the documents of its shift before that is a difference; absent = 2: tills differ in whether they count the two reports of the shift',
    ),
  registrationNumber: z.string().max(20).optional().describe('РНМ, padding removed'),
  deviceSerial: z.string().max(40).optional().describe('Serial number of the ККТ'),
  sellerInn: inn.optional().describe('ИНН of the seller (1018) as registered'),
};

const schema = z.object({
  ...registrationFields,
  storeId,
  legalEntityId,
  archived: z.boolean().describe('True once withdrawn; the row stays while anything refers to it'),
  version,
  recordedAt: instant,
});

/** The row of a registration on its compacted topic: by number range, never by a sender's clock. */
export const registrationV1 = declareEvent({
  name: 'retail.organisation.registration',
  version: 1,
  topic: registrationsTopic,
  description: 'Which register, store and legal entity a number range of a series belongs to.',
  schema,
  mustUnderstand: false,
  example: {
    scheme: 'fn',
    series: '7380440800123456',
    registerId: 'store-0007-1',
    storeId: 'store-0007',
    legalEntityId: 'ooo-romashka',
    fromNumber: 0,
    toNumber: null,
    numbering: 'dense',
    coverage: [],
    archived: false,
    version: 1,
    recordedAt: '2026-03-02T09:15:00.000Z',
  },
});
export type RegistrationV1 = z.infer<typeof schema>;
