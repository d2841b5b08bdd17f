import type { KnownIdentity } from './identities';

/** Serials of training drives (МГМ) begin so; other prefixes may be configured. */
export const TRAINING_PREFIXES: readonly string[] = ['9999078'];

/** A document of a training drive is archived and counted, never published as a sale. */
export function isTraining(identities: readonly KnownIdentity[], prefixes: readonly string[]): boolean {
  return identities.some(
    ({ scheme, series }) => scheme === 'fn' && prefixes.some((prefix) => series.startsWith(prefix)),
  );
}
