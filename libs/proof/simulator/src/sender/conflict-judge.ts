import type { DocumentFacts } from '../truth/document-facts';
import type { PlatformApi } from './platform-api';

/** Reads both copies of a document that contradict each other, and says which one is right. */
export class ConflictJudge {
  /** By the name of the document: of copies that were acknowledged and are not decided about yet. */
  private readonly open = new Map<string, 'keep' | 'revise'>();

  constructor(private readonly api: PlatformApi) {}

  acknowledged({ identities, verdict }: DocumentFacts): void {
    const [name] = identities;
    if (verdict !== undefined && name !== undefined) this.open.set(name, verdict);
  }

  get unfinished(): number {
    return this.open.size;
  }

  /** Of the conflicts that are there; a copy may still be on its way. */
  async decide(): Promise<void> {
    if (this.open.size === 0) return;
    for (const { conflictNo, scheme, series, number } of await this.api.openConflicts()) {
      const name = `${scheme}|${series}|${String(number)}`;
      const verdict = this.open.get(name);
      if (verdict === undefined) continue;
      await this.api.decideConflict(conflictNo, verdict, 'Имитатор: сверено с контрольной лентой');
      this.open.delete(name);
    }
  }
}
