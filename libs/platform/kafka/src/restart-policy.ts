import { setTimeout as sleep } from 'node:timers/promises';
import { protocolType } from './errors';

export interface RestartOptions {
  readonly restartsMax: number;
  readonly restartDelayMs: number;
}

/** A consumer that ran this long has its restarts back. */
const FORGOTTEN_AFTER_MS = 300_000;
const COORDINATOR_TROUBLES: ReadonlySet<string> = new Set([
  'GROUP_LOAD_IN_PROGRESS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
]);
/** kafkajs throws it once it has asked often enough, without the protocol's name. */
const COORDINATOR_NOT_FOUND = 'KafkaJSGroupCoordinatorNotFound';
const COORDINATOR_TROUBLES_MAX = 200;
const COORDINATOR_DELAY_MS = 300;

/** Which crashes count, and how long to wait after them. */
export class RestartPolicy {
  private restarts = 0;
  private lastCrashMs = 0;
  private coordinatorTroubles = 0;

  constructor(private readonly options: RestartOptions) {}

  /** The consumer has joined its group. */
  opened(): void {
    this.coordinatorTroubles = 0;
  }

  /**
   * Waits as long as this crash asks for. A broker that has just started is still loading its groups: that passes and
   * is not counted. Throws the error itself when there is no further restart.
   */
  async waitAfter(error: Error): Promise<void> {
    if (isCoordinatorTrouble(error)) {
      this.coordinatorTroubles += 1;
      if (this.coordinatorTroubles > COORDINATOR_TROUBLES_MAX) throw error;
      await sleep(COORDINATOR_DELAY_MS);
      return;
    }
    if (Date.now() - this.lastCrashMs > FORGOTTEN_AFTER_MS) this.restarts = 0;
    this.lastCrashMs = Date.now();
    if (this.restarts >= this.options.restartsMax) throw error;
    await sleep(this.options.restartDelayMs * 3 ** this.restarts);
    this.restarts += 1;
  }

  /** At the first start only trouble that passes by itself is waited for; anything else is the caller's to see. */
  async waitAtStart(error: Error): Promise<void> {
    if (!isCoordinatorTrouble(error)) throw error;
    await this.waitAfter(error);
  }
}

function isCoordinatorTrouble(error: Error): boolean {
  return error.name === COORDINATOR_NOT_FOUND || COORDINATOR_TROUBLES.has(protocolType(error) ?? '');
}
