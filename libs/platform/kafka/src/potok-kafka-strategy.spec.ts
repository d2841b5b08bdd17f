import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Observable, of, throwError } from 'rxjs';
import { factsTopic } from '@potok/kernel/contract';
import { LogHandler } from './log-handler-decorator';
import { PotokKafkaStrategy, type StrategyRunner } from './potok-kafka-strategy';

const topic = factsTopic({ name: 'test.strategy.events.v1', context: 'test', description: 'of a test' });
const seen: string[] = [];
const failure = Object.assign(new Error('duplicate key'), { code: '23505' });

@Controller()
class Handlers {
  @LogHandler('first', topic.name)
  first(batch: string): Promise<void> {
    seen.push(`first ${batch}`);
    return batch === 'throws' ? Promise.reject(failure) : Promise.resolve();
  }

  @LogHandler('second', topic.name)
  second(batch: string): Observable<string> {
    seen.push(`second ${batch}`);
    return batch === 'throws' ? throwError(() => failure) : of('one', 'two');
  }
}

@Module({ controllers: [Handlers] })
class OneServiceModule {}

class FakeRunner implements StrategyRunner {
  running = false;

  constructor(readonly apply: (batch: string) => Promise<void>) {}

  start(): Promise<void> {
    this.running = true;
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.running = false;
    return Promise.resolve();
  }
}

function strategyOf(name: string): PotokKafkaStrategy<string, FakeRunner> {
  return new PotokKafkaStrategy({
    definition: { name, topic },
    createRunner: (apply) => new FakeRunner(apply),
  });
}

describe('consumers served to Nest', () => {
  const first = strategyOf('first');
  const second = strategyOf('second');

  beforeEach(() => {
    seen.length = 0;
  });

  async function started(strategies: readonly PotokKafkaStrategy<string, FakeRunner>[]) {
    const app = await NestFactory.create(OneServiceModule, { logger: false });
    for (const strategy of strategies) app.connectMicroservice({ strategy });
    await app.startAllMicroservices();
    return app;
  }

  it('each handler is bound to its own consumer only, and errors arrive as they were thrown', async () => {
    const app = await started([first, second]);
    expect([first.runner.running, second.runner.running]).toEqual([true, true]);
    await first.runner.apply('a');
    await second.runner.apply('b');
    expect(seen).toEqual(['first a', 'second b']);
    expect([[...first.getHandlers().keys()], [...second.getHandlers().keys()]]).toEqual([
      [`first:${topic.name}`],
      [`second:${topic.name}`],
    ]);
    await expect(first.runner.apply('throws')).rejects.toBe(failure);
    await expect(second.runner.apply('throws')).rejects.toBe(failure);
    await app.close();
    expect([first.runner.running, second.runner.running]).toEqual([false, false]);
  });

  it('a consumer without a handler does not start', async () => {
    await expect(started([strategyOf('third')])).rejects.toThrow(
      `the @LogHandler of third:${topic.name} is missing`,
    );
  });
});
