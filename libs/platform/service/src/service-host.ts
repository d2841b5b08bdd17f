import type { Clock } from '@potok/kernel/clock';
import type { TokenVerifier } from '@potok/platform-auth/principal';
import type { HealthRegistry } from '@potok/platform-http/health';
import type { ShutdownSequence } from '@potok/platform-http/shutdown-sequence';
import type { TopicOptions } from '@potok/platform-kafka/topics';
import type { Logger } from '@potok/platform-telemetry/logger';

/** What a process gives to each service in it. Pools, groups, schemas and relays stay the service's own. */
export interface ServiceHost {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly health: HealthRegistry;
  readonly shutdown: ShutdownSequence;
  /** Who people and other services are; a service may know more callers of its own. */
  readonly verifier: TokenVerifier;
  readonly kafka: KafkaSettings;
  /** The service can do nothing any more: the process ends with 75 and is started again by its supervisor. */
  readonly onFatal: (service: string, failure: unknown) => void;
}

export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly topics: TopicOptions;
  /** No answer for this long: the outcome is unknown and the request is repeated. */
  readonly requestTimeoutMs: number;
  /** False: this process applies and numbers, other replicas publish. */
  readonly publishes: boolean;
}

export interface DatabaseSettings {
  /** The service role's URL: its search_path is the service's schema. */
  readonly url: string;
  readonly poolMax: number;
}

/** Exit code of a process that wants to be started again. */
export const EXIT_RESTART = 75;
