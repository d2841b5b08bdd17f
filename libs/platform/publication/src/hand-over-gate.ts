import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Transactor } from '@potok/platform-postgres/tx';
import type { HandOverCheck, HandOverVerdict } from './hand-over-check';
import type { HeldLease } from './lease-keeper';
import type { PartitionStatus, RelayEvent } from './relay-event';

interface Admission {
  readonly generation: number;
  readonly checkedAtMs: number;
  readonly halt: HandOverVerdict['halt'];
}

/** A halted partition is compared again: the operator may have restored the rows or made the topic anew. */
const RECHECK_MS = 30_000;

/** Lets a partition through once it was compared after its lease changed hands; a halted one stays shut. */
export class HandOverGate {
  private readonly admissions = new Map<number, Admission>();

  constructor(
    private readonly database: Transactor,
    private readonly check: HandOverCheck,
    private readonly options: { readonly topic: string; readonly observe: (event: RelayEvent) => void },
  ) {}

  async admitted(leases: readonly HeldLease[]): Promise<readonly HeldLease[]> {
    const due = leases.filter((lease) => this.isDue(lease));
    if (due.length > 0) {
      const verdicts = await this.check.run(due.map((lease) => lease.partition));
      for (const lease of due) this.admit(lease, verdicts);
      await this.storeHalts(due);
    }
    return leases.filter((lease) => this.current(lease)?.halt === null);
  }

  status(leases: readonly HeldLease[]): PartitionStatus[] {
    return leases.map((lease) => {
      const { partition } = lease;
      const admission = this.current(lease);
      if (admission === undefined) return { partition, state: 'checking', detail: null };
      if (admission.halt === null) return { partition, state: 'publishing', detail: null };
      return { partition, state: 'halted', detail: `${admission.halt.reason}: ${admission.halt.detail}` };
    });
  }

  private current(lease: HeldLease): Admission | undefined {
    const admission = this.admissions.get(lease.partition);
    return admission?.generation === lease.generation ? admission : undefined;
  }

  private isDue(lease: HeldLease): boolean {
    const admission = this.current(lease);
    if (admission === undefined) return true;
    return admission.halt !== null && performance.now() - admission.checkedAtMs > RECHECK_MS;
  }

  private admit(lease: HeldLease, verdicts: readonly HandOverVerdict[]): void {
    const { partition, generation } = lease;
    const { topic, observe } = this.options;
    const verdict = verdicts.find((candidate) => candidate.partition === partition);
    if (verdict === undefined) return;
    const before = this.admissions.get(partition);
    this.admissions.set(partition, { generation, checkedAtMs: performance.now(), halt: verdict.halt });
    for (const offset of verdict.foreignOffsets)
      observe({ kind: 'foreign-record', topic, partition, offset });
    if (verdict.halt !== null) observe({ kind: 'halted', topic, partition, ...verdict.halt });
    else if (before !== undefined && before.halt !== null) observe({ kind: 'resumed', topic, partition });
  }

  /** For everyone who looks from outside: `publication_lease.halt_reason`. */
  private async storeHalts(leases: readonly HeldLease[]): Promise<void> {
    const reasons = leases.map((lease) => this.current(lease)?.halt ?? null);
    await this.database.query(
      `UPDATE publication_lease AS lease SET halt_reason = checked.halt_reason
       FROM unnest($2::int[], $3::bigint[], $4::text[]) AS checked (partition, generation, halt_reason)
       WHERE lease.topic = $1 AND lease.partition = checked.partition AND lease.generation = checked.generation
         AND lease.halt_reason IS DISTINCT FROM checked.halt_reason`,
      [
        this.options.topic,
        integerArray(leases.map((lease) => lease.partition)),
        integerArray(leases.map((lease) => lease.generation)),
        textArray(reasons.map((halt) => (halt === null ? null : `${halt.reason}: ${halt.detail}`))),
      ],
    );
  }
}
