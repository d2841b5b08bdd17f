import { receiptsTopic } from '@potok/nomenclature-contracts/topics';
import { linesDecidedV1 } from '@potok/nomenclature-contracts/lines-decided.v1';
import type { LinesDecidedV1 } from '@potok/nomenclature-contracts/lines-decided.v1';
import { receiptRegisteredV1 } from '@potok/nomenclature-contracts/receipt-registered.v1';
import type { ReceiptRegisteredV1 } from '@potok/nomenclature-contracts/receipt-registered.v1';
import { receiptRevisedV1 } from '@potok/nomenclature-contracts/receipt-revised.v1';
import type { ReceiptRevisedV1 } from '@potok/nomenclature-contracts/receipt-revised.v1';
import { eventTypeOf } from '@potok/kernel/contract';
import type { StreamEvent } from '@potok/platform-kafka/stream-event';
import type { Database } from '@potok/platform-postgres/database';
import { RecentBlocks } from '@potok/platform-publication/recent-blocks';
import { RelaySignal } from '@potok/platform-publication/relay-signal';
import type { PublishableEvent } from '@potok/platform-publication/stream';
import { StoredStreamNumbering } from '@potok/platform-publication/stream-numbering';
import { CatalogueIndex } from '../catalogue/catalogue-index';
import { Rules } from '../catalogue/rule-set.repository';
import { DecideLinesHandler } from '../decide-lines/decide-lines.handler';
import { DecideReceiptsHandler } from '../decide-receipts/decide-receipts.handler';
import { ProductPublication } from '../publish-products/product-publication';
import { ReceiptsSource } from '../publish-receipts/receipts-source';
import { LinesToDecideQuery } from '../query-lines/lines-to-decide.query';
import { LinkReceiptsHandler } from '../link-receipts/link-receipts.handler';
import { RematchLinesHandler } from '../rematch-lines/rematch-lines.handler';
import { RematchWorker } from '../rematch-lines/rematch-worker';
import { ReplaceRuleSetHandler } from '../replace-rule-set/replace-rule-set.handler';
import { readRelinkable } from '../storage/partly-linked-receipts';
import { readLinkable } from '../storage/unlinked-receipts';
import { UnmatchedProducts } from '../storage/unmatched-products';
import { ForgetBarcodeHandler } from '../upsert-products/forget-barcode.handler';
import { UpsertProductsHandler } from '../upsert-products/upsert-products.handler';
import { interrupted } from './interrupted-tx';
import type { Interruption } from './interrupted-tx';
import { storeIdOf } from './register-events';

const CLOCK = { nowMs: () => Date.now() };

/** The nomenclature's handlers over one pool, as a process of its own has them. */
export class Replica {
  readonly catalogue = new CatalogueIndex();
  readonly publication = new ProductPublication();
  /** What its relay need not read back. */
  readonly recent = new RecentBlocks(10_000_000);
  /** What the re-match worker could not do. */
  readonly troubles: unknown[] = [];
  readonly rematch: RematchLinesHandler;
  readonly worker: RematchWorker;
  readonly upsert: UpsertProductsHandler;
  readonly manual: DecideLinesHandler;
  readonly ruleSet: ReplaceRuleSetHandler;
  readonly forgetting: ForgetBarcodeHandler;
  private readonly linking: LinkReceiptsHandler;
  readonly lines: LinesToDecideQuery;
  private readonly decisions: DecideReceiptsHandler;

  constructor(readonly database: Database) {
    const numbering = new StoredStreamNumbering(receiptsTopic, CLOCK, new RelaySignal());
    const { catalogue, publication, recent } = this;
    const rules = new Rules();
    this.rematch = new RematchLinesHandler({ database, numbering, recent, catalogue, rules });
    this.worker = new RematchWorker({
      database,
      handler: this.rematch,
      onError: (error) => this.troubles.push(error),
    });
    this.upsert = new UpsertProductsHandler({
      database,
      publication,
      clock: CLOCK,
      onCodesLearned: this.worker.wake,
    });
    this.manual = new DecideLinesHandler({ database, numbering, recent, catalogue, clock: CLOCK });
    this.forgetting = new ForgetBarcodeHandler({ database, publication, clock: CLOCK });
    this.linking = new LinkReceiptsHandler({ database, numbering, recent, catalogue, rules });
    this.ruleSet = new ReplaceRuleSetHandler({ database, catalogue, rules });
    this.lines = new LinesToDecideQuery(database);
    this.decisions = new DecideReceiptsHandler({
      numbering,
      recent,
      catalogue,
      rules,
      unmatched: new UnmatchedProducts(publication),
      clock: CLOCK,
    });
  }

  /** In one transaction, in whose middle something else may happen. */
  decide(events: readonly StreamEvent[], interruption?: Interruption): Promise<void> {
    return this.database.tx((tx) =>
      this.decisions.handle({ tx: interruption === undefined ? tx : interrupted(tx, interruption), events }),
    );
  }

  /** Links every receipt whose named one has come or was decided anew; answers of how many that was true. */
  async linkWaiting(): Promise<number> {
    let linked = 0;
    const waiting = await readLinkable(this.database, 100);
    for (const receipt of [...waiting, ...(await readRelinkable(this.database, 100))]) {
      if (await this.linking.handle(receipt)) linked += 1;
    }
    return linked;
  }

  /** Every event of these stores as the relay would send it. */
  async published(...storeNos: readonly number[]): Promise<readonly PublishableEvent[]> {
    const events: PublishableEvent[] = [];
    for (const storeNo of storeNos) {
      const whole = { streamKey: storeIdOf(storeNo), epoch: 1, toSeq: 1_000_000 };
      for (let fromSeq = 1; ;) {
        const range = { ...whole, fromSeq };
        const read = await this.database.tx((tx) => new ReceiptsSource().read(tx, [range], 50_000_000));
        if (read.length === 0) break;
        events.push(...read);
        fromSeq += read.length;
      }
    }
    return events;
  }

  /** The values of these events, checked against the contracts of the types that their headers name. */
  async decided(...storeNos: readonly number[]): Promise<readonly DecidedEvent[]> {
    return (await this.published(...storeNos)).map(parsed);
  }
}

export type DecidedEvent =
  | { readonly verb: 'registered'; readonly value: ReceiptRegisteredV1 }
  | { readonly verb: 'revised'; readonly value: ReceiptRevisedV1 }
  | { readonly verb: 'decidedAnew'; readonly value: LinesDecidedV1 };

function parsed(event: PublishableEvent): DecidedEvent {
  const json: unknown = JSON.parse(event.value.toString('utf8'));
  switch (event.headers['ce_type']) {
    case eventTypeOf(receiptRegisteredV1):
      return { verb: 'registered', value: receiptRegisteredV1.schema.parse(json) };
    case eventTypeOf(receiptRevisedV1):
      return { verb: 'revised', value: receiptRevisedV1.schema.parse(json) };
    case eventTypeOf(linesDecidedV1):
      return { verb: 'decidedAnew', value: linesDecidedV1.schema.parse(json) };
    default:
      throw new Error(`an event of an unknown type: ${event.eventId}`);
  }
}
