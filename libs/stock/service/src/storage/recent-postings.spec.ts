import type { PostingWithMovements } from './postings-reader';
import { RecentPostings } from './recent-postings';

/** A posting of `movementCount` movements: more than 1,000 take several sequences. */
function posting(postingSeq: number, movementCount = 1): PostingWithMovements {
  return { posting: { postingSeq, movementCount } as PostingWithMovements['posting'], movements: [] };
}

function seqs(taken: readonly PostingWithMovements[] | null): readonly number[] | null {
  return taken === null ? null : taken.map((one) => one.posting.postingSeq);
}

describe('recent postings', () => {
  it('are handed over once, in order, across notes', () => {
    const recent = new RecentPostings(10_000);
    recent.note(1, [posting(5), posting(6, 1_500)]);
    recent.note(1, [posting(8)]);
    expect(seqs(recent.take(1, 5, 8))).toEqual([5, 6, 8]);
    expect(recent.take(1, 5, 8)).toBeNull();
  });

  it('are not enough when they begin later or end earlier than asked', () => {
    const recent = new RecentPostings(10_000);
    recent.note(1, [posting(5), posting(6)]);
    expect(recent.take(1, 4, 6)).toBeNull();
    recent.note(1, [posting(7)]);
    expect(recent.take(1, 7, 8)).toBeNull();
  });

  it('keep what was not asked for yet', () => {
    const recent = new RecentPostings(10_000);
    recent.note(1, [posting(1), posting(2), posting(3)]);
    expect(seqs(recent.take(1, 1, 2))).toEqual([1, 2]);
    expect(seqs(recent.take(1, 3, 3))).toEqual([3]);
  });

  it('serve a range that begins inside of a posting', () => {
    const recent = new RecentPostings(10_000);
    recent.note(1, [posting(1, 2_500)]);
    expect(seqs(recent.take(1, 2, 3))).toEqual([1]);
  });

  it('are replaced by what does not follow, and bounded for each store', () => {
    const recent = new RecentPostings(10);
    recent.note(1, [posting(1)]);
    recent.note(1, [posting(3)]);
    expect(recent.take(1, 1, 3)).toBeNull();
    recent.note(2, [posting(1, 8)]);
    recent.note(2, [posting(2, 8)]);
    expect(seqs(recent.take(2, 2, 2))).toEqual([2]);
    recent.note(3, [posting(1, 11)]);
    expect(recent.take(3, 1, 1)).toBeNull();
  });
});
