import { present } from '@potok/kernel/assert';
import type { Tx } from '@potok/platform-postgres/tx';
import { encodeEventBlock } from '@potok/platform-publication/event-block';
import { insertArchiveBlocks, nextBlockNos } from '../storage/archive-table';
import type { ArchiveBlockRow } from '../storage/archive-table';
import { subjectText } from '../vault/subject-table';
import type { Subject, SubjectName } from '../vault/subject-table';
import { subjectOfPerson, subjectOfStore } from '../vault/vault';
import type { Vault } from '../vault/vault';
import type { ArchivedCopy } from './batch-work';

/** Who must all be there still for these bytes to be readable. */
export function subjectNamesOf(copy: Pick<ArchivedCopy, 'storeId' | 'persons'>): readonly SubjectName[] {
  return copy.persons.length === 0 ? [subjectOfStore(copy.storeId)] : copy.persons.map(subjectOfPerson);
}

/** Copies with the persons' subjects found or made. Before identities and streams are locked. */
export async function resolveSubjects(
  tx: Tx,
  vault: Vault,
  copies: readonly ArchivedCopy[],
): Promise<ReadonlyMap<string, Subject>> {
  return copies.length === 0 ? new Map() : vault.resolve(tx, copies.flatMap(subjectNamesOf));
}

interface BlockInMaking {
  readonly storeNo: number;
  readonly subjects: readonly Subject[];
  readonly copies: ArchivedCopy[];
}

/** Seals the copies by store and set of persons, a block each, and stores where each of them lies. */
export async function archiveCopies(
  tx: Tx,
  vault: Vault,
  {
    copies,
    subjects,
  }: { readonly copies: readonly ArchivedCopy[]; readonly subjects: ReadonlyMap<string, Subject> },
): Promise<void> {
  if (copies.length === 0) return;
  const making = groupCopies(copies, subjects);
  const blockNos = await nextBlockNos(tx, making.length);
  const rows: ArchiveBlockRow[] = making.map((block, index) => {
    const blockNo = present(blockNos[index], 'the number of a block');
    block.copies.forEach((copy, place) => {
      copy.blockNo = blockNo;
      copy.index = place;
    });
    const packed = encodeEventBlock(block.copies.map(({ bytes }) => bytes));
    return {
      blockNo,
      storeNo: block.storeNo,
      documentCount: block.copies.length,
      subjectNos: block.subjects.map(({ subjectNo }) => subjectNo),
      bytes: vault.seal(packed, block.subjects),
    };
  });
  await insertArchiveBlocks(tx, rows);
}

function groupCopies(
  copies: readonly ArchivedCopy[],
  subjects: ReadonlyMap<string, Subject>,
): readonly BlockInMaking[] {
  const groups = new Map<string, BlockInMaking>();
  for (const copy of copies) {
    const own = new Map<number, Subject>();
    for (const name of subjectNamesOf(copy)) {
      const subject = present(subjects.get(subjectText(name)), 'a subject of the archive');
      own.set(subject.subjectNo, subject);
    }
    const sorted = [...own.values()].sort((left, right) => left.subjectNo - right.subjectNo);
    const key = `${String(copy.storeNo)}|${sorted.map(({ subjectNo }) => subjectNo).join(',')}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { storeNo: copy.storeNo, subjects: sorted, copies: [copy] });
    else group.copies.push(copy);
  }
  return [...groups.values()];
}
