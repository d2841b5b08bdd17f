export type LogFields = Readonly<Record<string, unknown>>;

/**
 * The port to the log that every library gets from its app. Fields are structured (`storeId`, `code`, `error`),
 * the message is a constant sentence: values belong in fields. An error stands under the key `error`.
 */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** The same log with fields that stand on every line. */
  child(fields: LogFields): Logger;
}

/** For tests and tools that have nothing to say. */
export class SilentLogger implements Logger {
  debug(): void {
    return;
  }
  info(): void {
    return;
  }
  warn(): void {
    return;
  }
  error(): void {
    return;
  }
  child(): Logger {
    return this;
  }
}
