import type { Benchmark } from './benchmark';
import { applyBenchmark } from './harness/apply-benchmark';
import { runLedgerApply } from './subjects/ledger-apply';

/** Receipts on the topic → committed movements, balances, position and applied sequences. */
export const ledgerApply: Benchmark = applyBenchmark({
  name: 'ledger-apply',
  description: 'receipts on the topic → committed movements, balances, position, applied sequences',
  copyFloor: 0.15,
  naiveFloor: 100,
  cpuUsPerLineMax: 12.3,
  run: runLedgerApply,
});
