import { z } from 'zod';
import { AMOUNT_KOPECKS_MAX } from '@potok/kernel/money';
import { QUANTITY_MILLI_MAX } from '@potok/kernel/quantity';

/** Fields that mean the same in every contract: each with its shape, unit and example. */

function platformId(what: string, example: string) {
  return z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/)
    .describe(`${what}; the platform's own identifier, at most 40 characters, never reused`)
    .meta({ examples: [example] });
}

export const storeId = platformId('Store', 'store-0007');
export const registerId = platformId('Register (касса), a workplace', 'store-0007-1');
export const productId = platformId('Product', 'p-12345');
export const locationId = platformId('Stock location of a store', 'store-0007');
export const legalEntityId = platformId('Legal entity', 'ooo-romashka');

export const integerTwin = z
  .int()
  .min(1)
  .max(2_147_483_647)
  .describe("The integer twin of the platform's identifier");

export const documentId = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/)
  .describe('The register document; uuidv5 of the first identity seen')
  .meta({ examples: ['5f0c1d0e-58a3-5d0e-9f0b-0d2f3a4b5c6d'] });

export const amountKopecks = z
  .int()
  .min(-AMOUNT_KOPECKS_MAX)
  .max(AMOUNT_KOPECKS_MAX)
  .describe('Money in integer kopecks')
  .meta({ examples: [12_990] });

export const quantityMilli = z
  .int()
  .min(0)
  .max(QUANTITY_MILLI_MAX)
  .describe('Quantity in integer thousandths of the unit; never negative: the operation gives the direction')
  .meta({ examples: [1000] });

export const signedQuantityMilli = z
  .int()
  .describe('Quantity in integer thousandths of the base unit; negative for what is missing')
  .meta({ examples: [-2000] });

export const instant = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
  .describe('RFC 3339 UTC with milliseconds')
  .meta({ examples: ['2026-03-02T09:15:00.000Z'] });

export const businessDate = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .describe('A calendar date of the store')
  .meta({ examples: ['2026-03-02'] });

export const streamEpoch = z
  .int()
  .min(1)
  .describe("The stream's epoch; a new one begins after stream-closed");
export const streamSeq = z.int().min(1).describe('Place in the stream of the store: 1, 2, 3 … without holes');
export const revision = z.int().min(1).describe('Revision of the document: 1 is the original');
export const version = z.int().min(1).describe("The row's version; a reader ignores lower ones");

export const ratio = z
  .object({
    numerator: z.int().min(1).max(1_000_000_000).describe('Base units …'),
    denominator: z.int().min(1).max(1_000_000_000).describe('… in so many units'),
  })
  .describe('A coefficient as a ratio: how many base units one unit holds');

export const cause = z
  .object({
    topic: z.string().describe('Topic of the event that caused this one'),
    epoch: streamEpoch,
    seq: streamSeq,
  })
  .nullable()
  .describe('The event that caused this one; null where a person or an API call did');

/** What every numbered event carries beside its own fields (design §5.1, §5.13). */
export const envelope = {
  eventId: z
    .string()
    .min(1)
    .max(200)
    .describe('Function of documentId, revision, type and decisionNo; equal in repeats'),
  storeId,
  storeNo: integerTwin,
  streamEpoch,
  streamSeq,
  rootSeq: streamSeq
    .nullable()
    .describe(
      'Sequence of the register document behind it on retail.register.documents.v1; null where there is none',
    ),
  cause,
  recordedAt: instant.describe('When the owner of this stream learnt of it; never decreasing within a store'),
  causeRecordedAt: instant.nullable().describe('recordedAt of the cause'),
  traceparent: z
    .string()
    .optional()
    .describe('W3C trace context of the request behind it, where it was traced; also a header')
    .meta({ examples: ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'] }),
};
