import type { LogRecord } from '@potok/platform-kafka/log';
import type { Movement, MovementsPostedV1 } from '@potok/stock-contracts/movements-posted.v1';
import type { Faults } from './faults';
import { StreamCheck } from './stream-check';

export const movementsTopicName = 'retail.stock.movements.v1';

export interface PostedDocument {
  /** How many original movements each line has in a revision, by `revision/lineNo`. */
  readonly originals: Map<string, number>;
  /** What each line has done to the stock by now, in thousandths; over all products. */
  readonly standing: Map<number, number>;
  readonly recordedAtMs: number;
}

/** What stands on the topic of movements, folded once more. */
export class MovementsBook {
  readonly byDocument = new Map<string, PostedDocument>();
  /** `storeId|locationId|productId` → thousandths. */
  readonly balances = new Map<string, number>();
  private readonly lastSeq = new Map<string, number>();
  private readonly check: StreamCheck;

  constructor(private readonly faults: Faults) {
    this.check = new StreamCheck(movementsTopicName, faults);
  }

  take(record: LogRecord): void {
    if (record.value === null) return;
    const event = JSON.parse(record.value.toString('utf8')) as MovementsPostedV1;
    if (!this.check.isNew(record, event)) return;
    const posted = this.documentOf(event);
    for (const movement of event.movements) {
      this.number(event.storeId, movement);
      const delta = this.fold(event.storeId, movement);
      const { lineNo } = movement;
      posted.standing.set(lineNo, (posted.standing.get(lineNo) ?? 0) + delta);
      if (event.kind !== 'receipt' || movement.reverses !== null) continue;
      const line = `${String(event.revision)}/${String(lineNo)}`;
      posted.originals.set(line, (posted.originals.get(line) ?? 0) + 1);
    }
  }

  private documentOf(event: MovementsPostedV1): PostedDocument {
    const known = this.byDocument.get(event.documentId);
    if (known !== undefined) return known;
    const posted: PostedDocument = {
      originals: new Map(),
      standing: new Map(),
      recordedAtMs: Date.parse(event.recordedAt),
    };
    this.byDocument.set(event.documentId, posted);
    return posted;
  }

  private number(storeId: string, { movementSeq, movementId }: Movement): void {
    const before = this.lastSeq.get(storeId) ?? 0;
    if (movementSeq !== before + 1) {
      this.faults.note('stream', movementId, `movement ${String(movementSeq)} comes after ${String(before)}`);
    }
    this.lastSeq.set(storeId, movementSeq);
  }

  private fold(storeId: string, movement: Movement): number {
    const { debit, credit, quantityMilli, locationId, productId } = movement;
    const delta = (debit === 'stock' ? quantityMilli : 0) - (credit === 'stock' ? quantityMilli : 0);
    const key = `${storeId}|${locationId}|${productId}`;
    this.balances.set(key, (this.balances.get(key) ?? 0) + delta);
    return delta;
  }
}
