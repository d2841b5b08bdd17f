import { assert } from '@potok/kernel/assert';
import type { ConsumerDefinition } from '../consumer-definition';
import { AppliedRepository } from './applied.repository';
import { PlainMode } from './plain-mode';
import { PartitionRunner } from './partition-runner';
import { HeadReader } from './record-head';
import type { Runner, RunnerDeps, RunnerHandler } from './runner-contract';
import { StreamMode } from './stream-mode';

/**
 * A consumer whose effects happen exactly once: it gathers slices of several partitions, opens, fences, repeats and
 * commits one transaction for them, and calls the handler as its body. The tables come by `runnerMigrations` and
 * `quarantineMigrations`.
 */
export function createRunner(
  definition: ConsumerDefinition,
  deps: RunnerDeps,
  handler: RunnerHandler,
): Runner {
  assert(
    definition.mode === handler.mode,
    `${definition.name}: the handler is not for mode ${definition.mode}`,
  );
  const applied = new AppliedRepository(definition.name, definition.topic.name);
  if (handler.mode === 'plain')
    return new PartitionRunner({ definition, deps, applied, mode: new PlainMode(handler) });
  const mode = new StreamMode(handler, applied, new HeadReader(definition.types));
  return new PartitionRunner({ definition, deps, applied, mode });
}
