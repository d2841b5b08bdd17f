import { present } from '@potok/kernel/assert';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import { decodeEventBlock } from '@potok/platform-publication/event-block';
import { readArchiveBlocks } from '../storage/archive-table';
import { readRevisions } from '../storage/document-table';
import { readObservations } from '../storage/observation-table';
import type { Vault } from '../vault/vault';

/** What was received, byte by byte; or that it is gone with a person whom it mentions. */
export type ArchivedBytes =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'erased' }
  | { readonly kind: 'unknown' };

export class ArchivedBytesQuery {
  constructor(
    private readonly database: Transactor,
    private readonly vault: Vault,
  ) {}

  /** `observationNo` 1 is what made the document; further copies follow. */
  bytesOf(documentId: string, observationNo: number): Promise<ArchivedBytes> {
    return this.bytesIn(this.database, documentId, observationNo);
  }

  /** The same within a transaction. */
  async bytesIn(
    querying: Pick<Tx, 'query'>,
    documentId: string,
    observationNo: number,
  ): Promise<ArchivedBytes> {
    const place = await placeOf(querying, documentId, observationNo);
    if (place === null) return { kind: 'unknown' };
    const blocks = await readArchiveBlocks(querying, [place.archiveBlockNo]);
    const sealed = present(blocks.get(place.archiveBlockNo), 'a block of the archive');
    const block = await this.vault.open(querying, sealed);
    if (block === null) return { kind: 'erased' };
    return { kind: 'bytes', bytes: present(decodeEventBlock(block)[place.archiveIndex], 'an archived copy') };
  }
}

async function placeOf(
  querying: Pick<Tx, 'query'>,
  documentId: string,
  observationNo: number,
): Promise<{ readonly archiveBlockNo: number; readonly archiveIndex: number } | null> {
  if (observationNo === 1) return (await readRevisions(querying, [documentId]))[0] ?? null;
  const observations = await readObservations(querying, [documentId]);
  return observations.find((one) => one.observationNo === observationNo) ?? null;
}
