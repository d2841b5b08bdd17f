import { isUniqueViolation } from '@potok/platform-postgres/errors';

/** Another transaction has named or revised one of the same documents since they were looked up: again, please. */
export class IntakeRace extends Error {
  override readonly name = 'IntakeRace';
  readonly transient = true;
}

/** Whether another transaction was faster with the same documents or identities. */
export function isRace(error: unknown): boolean {
  return (
    error instanceof IntakeRace || RACE_CONSTRAINTS.some((constraint) => isUniqueViolation(error, constraint))
  );
}

const RACE_CONSTRAINTS = [
  'identity_pkey',
  'identity_span_pkey',
  'identity_opaque_pkey',
  'document_pkey',
  'observation_pkey',
] as const;

const ATTEMPTS_MAX = 5;

/** Begins anew where another transaction was faster. */
export async function retryRaces<T>(attempt: () => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isRace(error) || attempts >= ATTEMPTS_MAX) throw error;
    }
  }
}
