import { z } from 'zod';
import { AMOUNT_KOPECKS_MAX } from '@potok/kernel/money';
import { QUANTITY_MILLI_MAX } from '@potok/kernel/quantity';
import { businessDate, integerTwin, legalEntityId, registerId, storeId } from '@potok/retail/fields';

/** Fields of BI rows: each a column of a flat table, with its unit and an example. */

export const flag = (what: string) =>
  z
    .int()
    .min(0)
    .max(1)
    .describe(`1 = ${what}, 0 = not`)
    .meta({ examples: [1] });

export const kopecks = (what: string) =>
  z
    .int()
    .min(-AMOUNT_KOPECKS_MAX)
    .max(AMOUNT_KOPECKS_MAX)
    .describe(what)
    .meta({ unit: 'kopecks', examples: [12_990] });

export const milli = (what: string) =>
  z
    .int()
    .min(-QUANTITY_MILLI_MAX)
    .max(QUANTITY_MILLI_MAX)
    .describe(what)
    .meta({ unit: 'thousandths', examples: [1000] });

export const count = (what: string) =>
  z
    .int()
    .min(0)
    .describe(what)
    .meta({ examples: [1] });

export const code = (what: string, example: number) =>
  z
    .int()
    .describe(what)
    .meta({ examples: [example] });

export const word = (what: string, example: string) =>
  z
    .string()
    .max(512)
    .describe(what)
    .meta({ examples: [example] });

export const rowVersion = z
  .int()
  .min(1)
  .describe('Grows with every later row of the same key: the row with the highest one holds')
  .meta({ examples: [4102] });

export const place = {
  store_id: storeId,
  store_no: integerTwin,
  legal_entity_id: legalEntityId,
  register_id: registerId,
  business_date: businessDate.describe('Business date of the store, YYYY-MM-DD'),
};

/** The same field where it may be unknown: null = not stated. */
export function orNull<Field extends z.ZodType>(field: Field): z.ZodNullable<Field> {
  return field.nullable().meta(field.meta() ?? {});
}
