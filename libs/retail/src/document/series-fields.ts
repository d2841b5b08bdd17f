import { z } from 'zod';

export const seriesSchemeField = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/)
  .describe('Numbering scheme: fn (series = serial of the ФН), agent, evotor, moysklad, frontol, …')
  .meta({ examples: ['fn'] });

export const seriesNameField = z
  .string()
  .min(1)
  .max(100)
  .describe('The series within the scheme; for fn the 16 digits of the ФН')
  .meta({ examples: ['7380440800123456'] });
