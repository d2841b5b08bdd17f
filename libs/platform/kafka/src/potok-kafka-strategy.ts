import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { type Observable, lastValueFrom } from 'rxjs';
import { assert, present } from '@potok/kernel/assert';
import { type ConsumerDefinition, patternOf } from './consumer-definition';
import { asError } from './errors';
import { transportIdOf } from './log-handler-decorator';

/** What the strategy needs of a runner. */
export interface StrategyRunner {
  start(): Promise<void>;
  /** Finishes what is in hand and leaves the group. */
  stop(): Promise<void>;
}

/** Makes the runner whose transactions have `apply` as their body. */
export type RunnerFactory<Batch, Runner extends StrategyRunner = StrategyRunner> = (
  apply: (batch: Batch) => Promise<void>,
) => Runner;

export interface StrategyOptions<Batch, Runner extends StrategyRunner> {
  readonly definition: Pick<ConsumerDefinition, 'name' | 'topic'>;
  readonly createRunner: RunnerFactory<Batch, Runner>;
  /** Awaited before the runner starts: the consumer's read copies. */
  readonly ready?: () => Promise<void>;
}

/**
 * Serves one consumer to Nest: the batches of its runner go to the one method marked with `@LogHandler` for it.
 * Connect one strategy for each consumer: `app.connectMicroservice({ strategy })`.
 */
export class PotokKafkaStrategy<Batch, Runner extends StrategyRunner = StrategyRunner>
  extends Server
  implements CustomTransportStrategy
{
  readonly runner: Runner;

  constructor(private readonly options: StrategyOptions<Batch, Runner>) {
    super();
    this.transportId = transportIdOf(options.definition.name);
    this.runner = options.createRunner((batch) => this.handOver(batch));
  }

  listen(callback: (error?: Error) => void): void {
    this.start().then(
      () => {
        callback();
      },
      (error: unknown) => {
        callback(asError(error));
      },
    );
  }

  async close(): Promise<void> {
    await this.runner.stop();
  }

  /** A runner has no events of its own. */
  on(): void {
    throw new Error('a log consumer has no events to listen to');
  }

  unwrap<T>(): T {
    throw new Error('the log client is not handed out: use `runner`');
  }

  private async start(): Promise<void> {
    const { name, topic } = this.options.definition;
    const pattern = patternOf(name, topic.name);
    const handler = present(this.getHandlerByPattern(pattern), `the @LogHandler of ${pattern}`);
    assert(handler.next === undefined, `${pattern} has more than one @LogHandler`);
    await this.options.ready?.();
    await this.runner.start();
  }

  /** The handler may answer a value, a promise or an observable; the transaction ends when that has ended. */
  private async handOver(batch: Batch): Promise<void> {
    const { name, topic } = this.options.definition;
    const handler = present(this.getHandlerByPattern(patternOf(name, topic.name)), 'the handler');
    const answer: Observable<unknown> = this.transformToObservable<unknown>(Promise.resolve(handler(batch)));
    await lastValueFrom(answer, { defaultValue: undefined });
  }
}
