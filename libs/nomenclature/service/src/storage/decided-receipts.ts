import { assert, present } from '@potok/kernel/assert';
import type { DecidedLine, WholeDecidedLine } from '@potok/nomenclature-contracts/decided-line';
import type { LinesDecidedV1 } from '@potok/nomenclature-contracts/lines-decided.v1';
import type { ReceiptMeaning } from '@potok/nomenclature-contracts/receipt-meaning';
import type { ReceiptRegisteredV1 } from '@potok/nomenclature-contracts/receipt-registered.v1';
import { integerArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import { decodeEventBlock } from '@potok/platform-publication/event-block';
import type { CanonicalDocument } from '@potok/retail/document/canonical-document';
import type { ReceiptPlace } from './receipt-table';

/** A receipt with all that was decided about it so far. */
export interface DecidedReceipt {
  readonly document: CanonicalDocument;
  readonly ledgerAt: string;
  readonly businessDate: string;
  readonly catalogueVersion: number;
  readonly ruleVersion: number;
  readonly meaning: ReceiptMeaning | null;
  /** In the order of their numbers. */
  readonly lines: readonly WholeDecidedLine[];
}

export function placeKey({ storeNo, receiptSeq }: ReceiptPlace): string {
  return `${String(storeNo)}/${String(receiptSeq)}`;
}

/** Reads receipts back from the blocks of their events: each block once, whatever the number of receipts in it. */
export async function readDecidedReceipts(
  tx: Tx,
  places: readonly ReceiptPlace[],
): Promise<Map<string, DecidedReceipt>> {
  const receipts = new Map<string, DecidedReceipt>();
  if (places.length === 0) return receipts;
  for (const { key, value } of await readEvents(tx, places)) {
    const event = JSON.parse(value.toString('utf8')) as ReceiptRegisteredV1 | LinesDecidedV1;
    if ('document' in event) receipts.set(key, started(event, receipts.get(key)));
    else receipts.set(key, continued(present(receipts.get(key), 'the receipt of decided lines'), event));
  }
  assert(
    places.every((place) => receipts.has(placeKey(place))),
    'every receipt has its event',
  );
  return receipts;
}

/** A revision without a repost carries its lines as decided before: nothing is lost by taking the last one. */
function started(event: ReceiptRegisteredV1, before: DecidedReceipt | undefined): DecidedReceipt {
  return {
    document: event.document,
    ledgerAt: event.ledgerAt,
    businessDate: event.businessDate,
    catalogueVersion: event.catalogueVersion,
    ruleVersion: event.ruleVersion,
    meaning: event.meaning ?? null,
    lines: event.repost === 'none' && before !== undefined ? before.lines : wholeLines(event),
  };
}

function continued(receipt: DecidedReceipt, event: LinesDecidedV1): DecidedReceipt {
  const lines = new Map(receipt.lines.map((line) => [line.lineNo, line]));
  for (const line of wholeLines(event)) lines.set(line.lineNo, line);
  return {
    ...receipt,
    meaning: event.meaning ?? receipt.meaning,
    lines: [...lines.values()].sort((one, other) => one.lineNo - other.lineNo),
  };
}

interface LinesOfEvent {
  readonly ruleVersion: number;
  readonly locationId?: string | undefined;
  readonly locationNo?: number | undefined;
  readonly lines: readonly DecidedLine[];
}

const ONE = { numerator: 1, denominator: 1 } as const;

/** What events leave out where it is the same for all lines. */
function wholeLines(event: LinesOfEvent): WholeDecidedLine[] {
  return event.lines.map((line) => ({
    ...line,
    coefficient: line.coefficient ?? ONE,
    ruleVersion: line.ruleVersion ?? event.ruleVersion,
    locationId: present(line.locationId ?? event.locationId, 'location of a line'),
    locationNo: present(line.locationNo ?? event.locationNo, 'location of a line'),
  }));
}

interface EventPlaceRow {
  readonly store_no: number;
  readonly receipt_seq: bigint;
  readonly event_seq: bigint;
  readonly epoch: number;
  readonly first_seq: bigint;
}

interface ReadEvent {
  readonly key: string;
  readonly seq: number;
  readonly value: Buffer;
}

/** The receipts' own events and all later ones about them, in the order of their streams. */
async function readEvents(tx: Tx, places: readonly ReceiptPlace[]): Promise<ReadEvent[]> {
  const { rows } = await tx.query<EventPlaceRow>(
    `WITH wanted AS (SELECT DISTINCT * FROM unnest($1::int[], $2::bigint[]) w(store_no, receipt_seq)),
     events AS (
       SELECT store_no, receipt_seq, receipt_seq AS event_seq FROM wanted
       UNION ALL SELECT e.store_no, e.receipt_seq, e.event_seq FROM receipt_event e JOIN wanted USING (store_no, receipt_seq)
     )
     SELECT e.store_no, e.receipt_seq, e.event_seq, b.epoch, b.first_seq
     FROM events e CROSS JOIN LATERAL (
       SELECT epoch, first_seq FROM event_block
       WHERE store_no = e.store_no AND first_seq <= e.event_seq AND last_seq >= e.event_seq
       ORDER BY epoch DESC, first_seq DESC LIMIT 1) b
     ORDER BY e.store_no, b.epoch, b.first_seq, e.event_seq`,
    [
      integerArray(places.map(({ storeNo }) => storeNo)),
      integerArray(places.map(({ receiptSeq }) => receiptSeq)),
    ],
  );
  const events: ReadEvent[] = [];
  let openName = '';
  let values: readonly Buffer[] = [];
  for (const row of rows) {
    const name = `${String(row.store_no)}/${String(row.epoch)}/${String(row.first_seq)}`;
    if (openName !== name) values = await readBlock(tx, row);
    openName = name;
    const value = present(values[Number(row.event_seq - row.first_seq)], 'an event of its block');
    const key = placeKey({ storeNo: row.store_no, receiptSeq: Number(row.receipt_seq) });
    events.push({ key, seq: Number(row.event_seq), value });
  }
  return events;
}

async function readBlock(tx: Tx, place: EventPlaceRow): Promise<Buffer[]> {
  const { rows } = await tx.query<{ bytes: Buffer }>(
    'SELECT bytes FROM event_block WHERE store_no = $1 AND epoch = $2 AND first_seq = $3',
    [place.store_no, place.epoch, place.first_seq],
  );
  return decodeEventBlock(present(rows[0], 'a block of events').bytes);
}
