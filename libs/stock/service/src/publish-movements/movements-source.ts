import { present } from '@potok/kernel/assert';
import { textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import type { PublishableEvent, StreamRange, StreamSource } from '@potok/platform-publication/stream';
import { movementsTopic } from '@potok/stock-contracts/topics';
import { NameReader } from '../storage/name-reader';
import { readPostings } from '../storage/postings-reader';
import type { PostingRange, PostingWithMovements } from '../storage/postings-reader';
import type { RecentPostings } from '../storage/recent-postings';
import { movementsPosted } from './movements-posted-event';

/** A movement is about this many bytes of JSON: turns the relay's byte limit into a number of movements. */
const MOVEMENT_BYTES = 350;

/** The ledger's events are derived from its rows, or from what was written into them: nothing is stored twice. */
export class MovementsSource implements StreamSource {
  readonly topic = movementsTopic;
  private readonly names = new NameReader();

  /** `recent`: what this process has posted itself need not be read. */
  constructor(private readonly recent: RecentPostings) {}

  async read(tx: Tx, ranges: readonly StreamRange[], bytesMax: number): Promise<readonly PublishableEvent[]> {
    const stores = await storesOf(tx, ranges);
    const storeIds = new Map([...stores].map(([storeId, storeNo]) => [storeNo, storeId]));
    const known: PostingWithMovements[] = [];
    const unknown: PostingRange[] = [];
    for (const { streamKey, fromSeq, toSeq } of ranges) {
      const storeNo = present(stores.get(streamKey), `store ${streamKey}`);
      const postings = this.recent.take(storeNo, fromSeq, toSeq);
      if (postings === null) unknown.push({ storeNo, fromSeq, toSeq });
      else known.push(...postings);
    }
    const movementsMax = Math.max(1, Math.floor(bytesMax / MOVEMENT_BYTES));
    const stored = unknown.length === 0 ? [] : await readPostings(tx, unknown, movementsMax);
    const postings = [...known, ...stored];
    await this.loadNames(tx, postings);
    const wanted = new Map(ranges.map((range) => [range.streamKey, range]));
    return postings.flatMap((one) => {
      const storeId = present(storeIds.get(one.posting.storeNo), 'store of a posting');
      const range = present(wanted.get(storeId), 'range of a store');
      return movementsPosted(one, storeId, this.names).filter(
        (event) => event.seq >= range.fromSeq && event.seq <= range.toSeq,
      );
    });
  }

  private loadNames(tx: Tx, postings: readonly PostingWithMovements[]): Promise<void> {
    const products = new Set<number>();
    const locations = new Set<number>();
    for (const { movements } of postings) {
      for (const movement of movements) {
        products.add(movement.productNo);
        locations.add(movement.locationNo);
      }
    }
    return this.names.load(tx, { products, locations });
  }
}

async function storesOf(tx: Tx, ranges: readonly StreamRange[]): Promise<Map<string, number>> {
  const { rows } = await tx.query<{ store_id: string; store_no: number }>(
    'SELECT store_id, store_no FROM store_ledger WHERE store_id = ANY($1::text[])',
    [textArray(ranges.map((range) => range.streamKey))],
  );
  return new Map(rows.map((row) => [row.store_id, row.store_no]));
}
