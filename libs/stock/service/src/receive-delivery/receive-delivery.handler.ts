import { createHash } from 'node:crypto';
import { present } from '@potok/kernel/assert';
import type { Result } from '@potok/kernel/result';
import { fail, ok } from '@potok/kernel/result';
import { receiptsTopic } from '@potok/nomenclature-contracts/topics';
import { textArray } from '@potok/platform-postgres/array-parameters';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';

import type { PostDelivery } from '@potok/stock-contracts/stock-http';
import { receiveDelivery } from '@potok/stock-domain/receive-delivery';
import { RECEIPTS_CONSUMER } from '../apply-receipts/receipts-consumer-name';
import { LedgerBatch } from '../storage/ledger-batch';
import type { LedgerDesk, NumberedPosting } from '../storage/ledger-batch';
import { LedgerNames } from '../storage/ledger-names';

const DAY_MS = 86_400_000;

export type DeliveryError =
  | { readonly code: 'storeUnknown'; readonly storeId: string }
  | { readonly code: 'locationUnknown'; readonly locationId: string }
  | { readonly code: 'productUnknown'; readonly productIds: readonly string[] }
  | { readonly code: 'lineNumbersRepeat'; readonly lineNo: number }
  | { readonly code: 'deliveryDiffers'; readonly deliveryId: string };

export interface DeliveryPosted extends NumberedPosting {
  readonly repeated: boolean;
}

interface StoreRow {
  readonly store_no: number;
  readonly default_location_id: string;
  readonly locations: readonly { readonly locationId: string; readonly locationNo: number }[];
}

interface Place {
  readonly storeNo: number;
  readonly locationId: string;
  readonly locationNo: number;
}

/**
 * Posts a delivery once: the same id with the same content answers as the first time, with other content is refused.
 * `after_seq` remembers which receipts the store's ledger had applied, so that a rebuild interleaves it the same way.
 */
export class ReceiveDeliveryHandler {
  constructor(
    private readonly database: Transactor,
    private readonly desk: LedgerDesk,
  ) {}

  handle(delivery: PostDelivery, at: DeliveryMoment): Promise<Result<DeliveryPosted, DeliveryError>> {
    return this.database.tx(async (tx) => {
      const repeated = repeatedLine(delivery);
      if (repeated !== null) return fail({ code: 'lineNumbersRepeat', lineNo: repeated });
      const place = await findPlace(tx, delivery);
      if (!place.ok) return place;
      const products = await findProducts(tx, delivery);
      if (!products.ok) return products;
      const store = { storeId: delivery.storeId, storeNo: place.value.storeNo };
      const ledger = await LedgerBatch.open(tx, this.desk, [store]);
      const before = await findPosted(tx, delivery);
      if (before !== null) return before;
      const names = new LedgerNames(this.desk.knownNames);
      names.location(place.value.locationNo, place.value.locationId, place.value.storeNo);
      await names.save(tx);
      const posted = post(ledger, { delivery, place: place.value, products: products.value, ...at });
      await ledger.save();
      await remember(tx, { delivery, storeNo: place.value.storeNo, posted });
      return ok({ ...posted, repeated: false });
    });
  }
}

/** When the request came, and the trace that it belongs to. */
export interface DeliveryMoment {
  readonly nowMs: number;
  readonly traceparent: string | null;
}

interface PostWork extends DeliveryMoment {
  readonly delivery: PostDelivery;
  readonly place: Place;
  readonly products: ReadonlyMap<string, number>;
}

function post(ledger: LedgerBatch, work: PostWork): NumberedPosting {
  const { delivery } = work;
  const ledgerAtMs = delivery.occurredAt === undefined ? work.nowMs : Date.parse(delivery.occurredAt);
  const lines = delivery.lines.map((line) => ({
    ...line,
    productNo: present(work.products.get(line.productId), `product ${line.productId}`),
  }));
  return ledger.post(
    delivery.storeId,
    {
      kind: 'delivery',
      documentId: `delivery:${delivery.deliveryId}`,
      revision: 1,
      decisionNo: 0,
      receiptSeq: null,
      causeEpoch: null,
      causeSeq: null,
      rootSeq: null,
      causeRecordedAtMs: null,
      ledgerAtMs,
      businessDay: Math.floor(ledgerAtMs / DAY_MS),
      traceparent: work.traceparent,
    },
    receiveDelivery(lines, work.place.locationNo),
  );
}

function repeatedLine(delivery: PostDelivery): number | null {
  const seen = new Set<number>();
  for (const { lineNo } of delivery.lines) {
    if (seen.has(lineNo)) return lineNo;
    seen.add(lineNo);
  }
  return null;
}

async function findPlace(tx: Tx, delivery: PostDelivery): Promise<Result<Place, DeliveryError>> {
  const { rows } = await tx.query<StoreRow>(
    'SELECT store_no, default_location_id, locations FROM store_copy WHERE store_id = $1',
    [delivery.storeId],
  );
  const store = rows[0];
  if (store === undefined) return fail({ code: 'storeUnknown', storeId: delivery.storeId });
  const locationId = delivery.locationId ?? store.default_location_id;
  const location = store.locations.find((candidate) => candidate.locationId === locationId);
  if (location === undefined) return fail({ code: 'locationUnknown', locationId });
  return ok({ storeNo: store.store_no, locationId, locationNo: location.locationNo });
}

async function findProducts(
  tx: Tx,
  delivery: PostDelivery,
): Promise<Result<Map<string, number>, DeliveryError>> {
  const wanted = [...new Set(delivery.lines.map((line) => line.productId))];
  const { rows } = await tx.query<{ product_id: string; product_no: number }>(
    'SELECT product_id, product_no FROM product_name WHERE product_id = ANY($1::text[])',
    [textArray(wanted)],
  );
  const found = new Map(rows.map((row) => [row.product_id, row.product_no]));
  const missing = wanted.filter((productId) => !found.has(productId));
  return missing.length > 0 ? fail({ code: 'productUnknown', productIds: missing.slice(0, 20) }) : ok(found);
}

/** Read under the store's lock: two senders of one delivery find one another. */
async function findPosted(
  tx: Tx,
  delivery: PostDelivery,
): Promise<Result<DeliveryPosted, DeliveryError> | null> {
  const { rows } = await tx.query<{
    content_hash: string;
    posting_seq: bigint;
    first_movement_seq: bigint;
    last_movement_seq: bigint;
  }>(
    'SELECT content_hash, posting_seq, first_movement_seq, last_movement_seq FROM delivery WHERE delivery_id = $1',
    [delivery.deliveryId],
  );
  const row = rows[0];
  if (row === undefined) return null;
  if (row.content_hash !== contentHash(delivery))
    return fail({ code: 'deliveryDiffers', deliveryId: delivery.deliveryId });
  return ok({
    postingSeq: Number(row.posting_seq),
    firstMovementSeq: Number(row.first_movement_seq),
    lastMovementSeq: Number(row.last_movement_seq),
    repeated: true,
  });
}

async function remember(
  tx: Tx,
  work: { readonly delivery: PostDelivery; readonly storeNo: number; readonly posted: NumberedPosting },
): Promise<void> {
  await tx.query(
    `INSERT INTO delivery (delivery_id, store_no, content_hash, content, after_epoch, after_seq, posting_seq,
                           first_movement_seq, last_movement_seq)
     SELECT $1, $2, $3, $4::jsonb, coalesce(a.epoch, 1), coalesce(a.seq, 0), $5, $6, $7
     FROM (SELECT 1) one LEFT JOIN stream_applied a ON a.consumer = $8 AND a.topic = $9 AND a.stream_key = $10`,
    [
      work.delivery.deliveryId,
      work.storeNo,
      contentHash(work.delivery),
      JSON.stringify(work.delivery),
      work.posted.postingSeq,
      work.posted.firstMovementSeq,
      work.posted.lastMovementSeq,
      RECEIPTS_CONSUMER,
      receiptsTopic.name,
      work.delivery.storeId,
    ],
  );
}

/** Of the parsed delivery: spaces and the order of members as sent do not make another delivery. */
function contentHash(delivery: PostDelivery): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(delivery)))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
