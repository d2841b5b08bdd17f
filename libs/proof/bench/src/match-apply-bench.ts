import type { Benchmark } from './benchmark';
import { applyBenchmark } from './harness/apply-benchmark';
import { runMatchApply } from './subjects/match-apply';

/** Documents on the topic → committed decisions, positions and applied sequences. */
export const matchApply: Benchmark = applyBenchmark({
  name: 'match-apply',
  description: 'documents on the topic → committed decisions about every line, position, applied sequences',
  copyFloor: 0,
  naiveFloor: 100,
  cpuUsPerLineMax: null,
  run: runMatchApply,
});
