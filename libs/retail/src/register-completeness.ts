import { z } from 'zod';
import { instant } from './fields';

/** What a figure says of a register that may still add to it (design §5.11). */
export const registerCompletenessView = z.object({
  registerId: z.string(),
  status: z
    .enum(['open', 'incomplete', 'unprovable', 'unknown'])
    .describe('unknown = nothing was ever said of it'),
  completeUpTo: instant
    .nullable()
    .describe('Everything of this register up to then is counted; null = not known'),
  numbersMissing: z.int().min(0),
});
export type RegisterCompletenessView = z.infer<typeof registerCompletenessView>;

export const incompleteRegisters = z
  .array(registerCompletenessView)
  .describe('Registers of which something is missing, or of which it cannot be proved that nothing is');
