import { UnknownTopicError } from './wire/protocol-errors';

/**
 * The protocol's name of an error that the client threw, for example `UNKNOWN_TOPIC_OR_PARTITION`: its own, or that of
 * what caused it.
 */
export function protocolType(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('type' in error && typeof error.type === 'string') return error.type;
  return error.cause === undefined || error.cause === error ? null : protocolType(error.cause);
}

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** The same error, unless it says that a topic is missing: then one that names the topics. */
export function nameUnknownTopic(error: unknown, topics: readonly string[]): Error {
  return protocolType(error) === 'UNKNOWN_TOPIC_OR_PARTITION'
    ? new UnknownTopicError(topics)
    : asError(error);
}
