import { AssertionError } from '@potok/kernel/assert';
import { DatabaseError } from 'pg';

/** PostgreSQL answered ROLLBACK to COMMIT: an error inside the transaction was swallowed, nothing was stored. */
export class FalseCommit extends Error {
  override readonly name = 'FalseCommit';

  /** `cause` is the first statement error of the transaction, where one was seen. */
  constructor(cause: unknown) {
    super('PostgreSQL rolled the transaction back although its body succeeded', { cause });
  }
}

/** The connection was lost while COMMIT was under way: it may or may not have been stored. */
export class UnknownCommitOutcome extends Error {
  override readonly name = 'UnknownCommitOutcome';

  constructor(cause: unknown) {
    super('The connection was lost while COMMIT was under way', { cause });
  }
}

/** No connection could be had, or it broke, or an answer did not come in time. Nothing was committed. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';

  constructor(message: string, cause: unknown) {
    super(message, { cause });
  }
}

/** For failures that are known to pass by themselves, whatever library they come from. */
export interface TransientFailure {
  readonly transient: true;
}

/**
 * What to do about an error that was thrown inside or around a transaction:
 * - `transient`: repeat the same work with backoff, for ever; never split it, never quarantine it.
 * - `unknown-commit`: read back what is stored (positions, identities), then go on or repeat.
 * - `data`: something in the input: split it until the one bad piece stands alone and quarantine that.
 * - `fatal`: our own fault or a wrong installation (missing table, no permission, an unknown error): crash, alarm.
 */
export type FailureClass = 'transient' | 'unknown-commit' | 'data' | 'fatal';

const TRANSIENT_CLASSES = new Set(['08', '40', '53', '55', '57', '58']);
/** Waited too long between statements, a transaction too long; a primary that has just become a standby. */
const TRANSIENT_STATES = new Set(['25P03', '25P04', '25006']);
/** 54 is a program limit reached by a value (an index row too large): the input's fault as 22 and 23 are. */
const DATA_CLASSES = new Set(['22', '23', '54']);
const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

export function classifyFailure(error: unknown): FailureClass {
  if (error instanceof UnknownCommitOutcome) return 'unknown-commit';
  if (error instanceof ConnectionLost || isTransientFailure(error)) return 'transient';
  if (error instanceof FalseCommit) return classifySwallowed(error.cause);
  if (error instanceof DatabaseError) return classifySqlState(error.code ?? '');
  if (error instanceof AssertionError || isValueError(error)) return 'data';
  return NETWORK_CODES.has(codeOf(error)) ? 'transient' : 'fatal';
}

/** The SQLSTATE of an error that PostgreSQL reported, else null. */
export function sqlStateOf(error: unknown): string | null {
  return error instanceof DatabaseError ? (error.code ?? null) : null;
}

/** PostgreSQL's unique_violation (23505), on this constraint or index where one is named. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (!(error instanceof DatabaseError) || error.code !== '23505') return false;
  return constraint === undefined || error.constraint === constraint;
}

function classifySqlState(sqlState: string): FailureClass {
  const sqlClass = sqlState.slice(0, 2);
  if (TRANSIENT_CLASSES.has(sqlClass) || TRANSIENT_STATES.has(sqlState)) return 'transient';
  return DATA_CLASSES.has(sqlClass) ? 'data' : 'fatal';
}

function classifySwallowed(cause: unknown): FailureClass {
  const failure = cause === undefined ? 'data' : classifyFailure(cause);
  return failure === 'transient' ? 'transient' : 'data';
}

/** What JavaScript and zod throw at a value of the wrong shape: one record must not stop the others. */
function isValueError(error: unknown): boolean {
  if (error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError) return true;
  return error instanceof Error && (error.name === 'ZodError' || error.name === 'ValidationError');
}

function isTransientFailure(error: unknown): boolean {
  return error instanceof Error && 'transient' in error && error.transient === true;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
