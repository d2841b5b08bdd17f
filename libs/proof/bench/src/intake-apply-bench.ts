import type { Benchmark } from './benchmark';
import { applyBenchmark } from './harness/apply-benchmark';
import { runIngest } from './subjects/ingest';

/** Inbox → archived under the vault, identified, numbered, canonical documents ready to be published. */
export const intakeApply: Benchmark = applyBenchmark({
  name: 'intake-apply',
  description: 'inbox → archive, identities, canonical documents, numbering, position',
  copyFloor: 0,
  naiveFloor: 100,
  cpuUsPerLineMax: null,
  run: async (stage, size) => (await runIngest(stage, size)).intake,
});
