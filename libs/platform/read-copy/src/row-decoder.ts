import { assert } from '@potok/kernel/assert';
import type { z } from 'zod';

/** Decodes the rows of a topic by their contract; what is none of them goes into quarantine. */
export function rowDecoder<T>(schema: z.ZodType<T>): (value: Buffer) => T {
  return (value) => {
    const parsed = schema.safeParse(JSON.parse(value.toString('utf8')));
    assert(parsed.success, `not a row of the topic: ${parsed.error?.message ?? ''}`);
    return parsed.data;
  };
}
