import { pino } from 'pino';
import type { DestinationStream, Logger as Pino } from 'pino';
import type { LogFields, Logger } from './logger';
import { scrubFields, scrubText } from './scrub';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface LoggerOptions {
  /** Stands on every line as `service`. */
  readonly service: string;
  readonly level: LogLevel;
  /** Standard error for tools, whose standard output is their answer. */
  readonly destination?: 'stdout' | 'stderr' | DestinationStream;
}

/** JSON lines with RFC 3339 time; every field and message passes the scrubber. */
export function createLogger(options: LoggerOptions): Logger {
  const destination = options.destination ?? 'stdout';
  const stream =
    typeof destination === 'string'
      ? pino.destination({ fd: destination === 'stdout' ? 1 : 2, sync: true })
      : destination;
  const settings = {
    level: options.level,
    base: { service: options.service },
    messageKey: 'message',
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return new PinoLogger(pino(settings, stream));
}

class PinoLogger implements Logger {
  constructor(private readonly pinoLogger: Pino) {}

  debug(fields: LogFields, message: string): void {
    if (this.pinoLogger.isLevelEnabled('debug'))
      this.pinoLogger.debug(scrubFields(fields), scrubText(message));
  }

  info(fields: LogFields, message: string): void {
    if (this.pinoLogger.isLevelEnabled('info')) this.pinoLogger.info(scrubFields(fields), scrubText(message));
  }

  warn(fields: LogFields, message: string): void {
    if (this.pinoLogger.isLevelEnabled('warn')) this.pinoLogger.warn(scrubFields(fields), scrubText(message));
  }

  error(fields: LogFields, message: string): void {
    if (this.pinoLogger.isLevelEnabled('error'))
      this.pinoLogger.error(scrubFields(fields), scrubText(message));
  }

  child(fields: LogFields): Logger {
    return new PinoLogger(this.pinoLogger.child(scrubFields(fields)));
  }
}
