import { SilentLogger } from '@potok/platform-telemetry/logger';
import type { LogFields } from '@potok/platform-telemetry/logger';
import { SHUTDOWN_PHASES, ShutdownSequence } from './shutdown-sequence';

class Warnings extends SilentLogger {
  readonly lines: LogFields[] = [];
  override warn(fields?: LogFields): void {
    this.lines.push(fields ?? {});
  }
}

describe('shutdown order', () => {
  it('is readiness off, intake, drain, relay flush, pools, telemetry, in whatever order steps were added', async () => {
    const sequence = new ShutdownSequence({ logger: new Warnings(), timeoutMs: 20_000 });
    const begun: string[] = [];
    const ended: string[] = [];
    for (const phase of [...SHUTDOWN_PHASES].reverse()) {
      sequence.add(phase, 'step', async () => {
        begun.push(`${phase} after ${ended.join(',')}`);
        await Promise.resolve();
        ended.push(phase);
      });
    }
    await expect(sequence.run()).resolves.toBe(true);
    expect(begun).toEqual([
      'readiness after ',
      'intake after readiness',
      'drain after readiness,intake',
      'relay after readiness,intake,drain',
      'pools after readiness,intake,drain,relay',
      'telemetry after readiness,intake,drain,relay,pools',
    ]);
  });

  it('runs once, however often it is asked', async () => {
    const sequence = new ShutdownSequence({ logger: new Warnings(), timeoutMs: 1_000 });
    let runs = 0;
    sequence.add('pools', 'count', () => {
      runs += 1;
    });
    await Promise.all([sequence.run(), sequence.run()]);
    expect(runs).toBe(1);
  });

  it('goes on after a step that fails or hangs, says which, and is not clean', async () => {
    const warnings = new Warnings();
    const sequence = new ShutdownSequence({ logger: warnings, timeoutMs: 3_000 });
    let poolsClosed = false;
    sequence.add('intake', 'broken', () => Promise.reject(new Error('no')));
    sequence.add('drain', 'hung', () => new Promise(() => undefined));
    sequence.add('pools', 'pool', () => {
      poolsClosed = true;
    });
    await expect(sequence.run()).resolves.toBe(false);
    expect(poolsClosed).toBe(true);
    expect(warnings.lines.map((line) => line['step'])).toEqual(['broken', 'hung']);
  });

  it('leaves time for the phases behind a hung one', async () => {
    const sequence = new ShutdownSequence({ logger: new Warnings(), timeoutMs: 2_600 });
    let relayTimeMs = 0;
    sequence.add('intake', 'hung', () => new Promise(() => undefined));
    sequence.add('relay', 'flush', (timeLeftMs) => {
      relayTimeMs = timeLeftMs;
    });
    await sequence.run();
    expect(relayTimeMs).toBeGreaterThan(0);
  });
});
