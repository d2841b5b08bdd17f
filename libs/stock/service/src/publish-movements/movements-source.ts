import { present } from '@potok/kernel/assert';
import { textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import type { PublishableEvent, StreamRange, StreamSource } from '@potok/platform-publication/stream';
import { movementsTopic } from '@potok/stock-contracts/topics';
import type { KnownNames } from '../storage/ledger-names';
import { readPostings } from '../storage/postings-reader';
import type { PostingRange, PostingWithMovements } from '../storage/postings-reader';
import type { RecentPostings } from '../storage/recent-postings';
import { movementsPosted } from './movements-posted-event';

/** A movement is about this many bytes of JSON: turns the relay's byte limit into a number of movements. */
const MOVEMENT_BYTES = 350;

/** The ledger's events are derived from its rows, or from what was written into them: nothing is stored twice. */
export class MovementsSource implements StreamSource {
  readonly topic = movementsTopic;
  readonly gatherMs = 250;
  private readonly storeNos = new Map<string, number>();

  /** What this process has posted itself (`recent`) and names that it knows need not be read. */
  constructor(
    private readonly recent: RecentPostings,
    private readonly names: KnownNames,
  ) {}

  async read(tx: Tx, ranges: readonly StreamRange[], bytesMax: number): Promise<readonly PublishableEvent[]> {
    await this.loadStores(tx, ranges);
    const rangesByNo = new Map<number, StreamRange>();
    const known: PostingWithMovements[] = [];
    const unknown: PostingRange[] = [];
    for (const range of ranges) {
      const { streamKey, fromSeq, toSeq } = range;
      const storeNo = present(this.storeNos.get(streamKey), 'store of a stream');
      rangesByNo.set(storeNo, range);
      const postings = this.recent.take(storeNo, fromSeq, toSeq);
      if (postings === null) unknown.push({ storeNo, fromSeq, toSeq });
      else known.push(...postings);
    }
    const movementsMax = Math.max(1, Math.floor(bytesMax / MOVEMENT_BYTES));
    const stored = unknown.length === 0 ? [] : await readPostings(tx, unknown, movementsMax);
    const postings = [...known, ...stored];
    await this.loadNames(tx, postings);
    return postings.flatMap((one) => {
      const range = present(rangesByNo.get(one.posting.storeNo), 'range of a store');
      return movementsPosted(one, range.streamKey, this.names).filter(
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

  /** Numbers of stores never change. */
  private async loadStores(tx: Tx, ranges: readonly StreamRange[]): Promise<void> {
    const missing = ranges.map((range) => range.streamKey).filter((key) => !this.storeNos.has(key));
    if (missing.length === 0) return;
    const { rows } = await tx.query<{ store_id: string; store_no: number }>(
      'SELECT store_id, store_no FROM store_ledger WHERE store_id = ANY($1::text[])',
      [textArray(missing)],
    );
    for (const row of rows) this.storeNos.set(row.store_id, row.store_no);
  }
}
