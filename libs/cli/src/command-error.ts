/** Bad arguments: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command could not be carried out, or found what must not be: exit code 1. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
}
