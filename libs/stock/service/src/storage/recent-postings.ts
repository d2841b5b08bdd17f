import { partsOf } from './posting';
import type { PostingWithMovements } from './postings-reader';

/** A store's postings without holes, in their order. */
interface Run {
  postings: PostingWithMovements[];
  movements: number;
}

/**
 * What this process has just posted, until its relay sends it: publishing need not read it back. Only ever a short cut:
 * the relay reads the rows of what is not here, and both come to the same bytes.
 */
export class RecentPostings {
  private readonly runs = new Map<number, Run>();

  /** `movementsMax` bounds what is kept for a store; 0 keeps nothing. */
  constructor(private readonly movementsMax: number) {}

  get keeps(): boolean {
    return this.movementsMax > 0;
  }

  /** After the commit. Postings that do not follow what is known replace it. */
  note(storeNo: number, postings: readonly PostingWithMovements[]): void {
    const [first] = postings;
    if (first === undefined) return;
    const added = postings.reduce((sum, { posting }) => sum + posting.movementCount, 0);
    const known = this.runs.get(storeNo);
    const last = known?.postings.at(-1);
    if (
      known === undefined ||
      last === undefined ||
      endOf(last) + 1 !== first.posting.postingSeq ||
      known.movements + added > this.movementsMax
    ) {
      if (added <= this.movementsMax) this.runs.set(storeNo, { postings: [...postings], movements: added });
      else this.runs.delete(storeNo);
      return;
    }
    known.postings.push(...postings);
    known.movements += added;
  }

  /** Hands over the postings from this sequence on, as far as this one, and forgets them; null when not all are here. */
  take(storeNo: number, fromSeq: number, toSeq: number): readonly PostingWithMovements[] | null {
    const known = this.runs.get(storeNo);
    if (known === undefined) return null;
    const taken: PostingWithMovements[] = [];
    const kept: PostingWithMovements[] = [];
    for (const one of known.postings) {
      if (one.posting.postingSeq > toSeq) kept.push(one);
      else if (endOf(one) >= fromSeq) taken.push(one);
    }
    this.runs.set(storeNo, {
      postings: kept,
      movements: kept.reduce((sum, { posting }) => sum + posting.movementCount, 0),
    });
    const [first] = taken;
    const last = taken.at(-1);
    const whole =
      first !== undefined &&
      last !== undefined &&
      first.posting.postingSeq <= fromSeq &&
      endOf(last) >= toSeq;
    return whole ? taken : null;
  }
}

/** The last sequence of the stream that a posting takes. */
function endOf({ posting }: PostingWithMovements): number {
  return posting.postingSeq + partsOf(posting.movementCount) - 1;
}
