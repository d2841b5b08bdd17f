import { z } from 'zod';
import { seriesNameField, seriesSchemeField } from './series-fields';

/** One name of a document; exactly one of number, span, opaqueId (register-document §1.2). */
export const identity = z
  .object({
    scheme: seriesSchemeField,
    series: seriesNameField,
    number: z.int().min(0).optional().describe('Number in the series; for fn the ФД number (1040)'),
    span: z
      .object({
        from: z.int().min(0).describe('First number, inclusive'),
        to: z.int().min(0).describe('Last number, inclusive'),
      })
      .optional()
      .describe('A range of numbers that the document occupies'),
    opaqueId: z.string().min(1).max(128).optional().describe('An id without order'),
  })
  .describe('An identity of the document, unique for ever: scheme + series + number, span or opaqueId');
export type Identity = z.infer<typeof identity>;
