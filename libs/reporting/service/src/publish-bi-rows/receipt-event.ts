import { assert } from '@potok/kernel/assert';
import { eventTypeOf } from '@potok/kernel/contract';
import { linesDecidedV1 } from '@potok/nomenclature-contracts/lines-decided.v1';
import type { LinesDecidedV1 } from '@potok/nomenclature-contracts/lines-decided.v1';
import { receiptRegisteredV1 } from '@potok/nomenclature-contracts/receipt-registered.v1';
import type { ReceiptRegisteredV1 } from '@potok/nomenclature-contracts/receipt-registered.v1';
import { receiptRevisedV1 } from '@potok/nomenclature-contracts/receipt-revised.v1';
import type { ReceiptRevisedV1 } from '@potok/nomenclature-contracts/receipt-revised.v1';
import type { StreamEvent } from '@potok/platform-kafka/stream-event';

const REGISTERED = eventTypeOf(receiptRegisteredV1);
const REVISED = eventTypeOf(receiptRevisedV1);
const LINES_DECIDED = eventTypeOf(linesDecidedV1);

/** The event types that make rows for BI. */
export const BI_TYPES = [REGISTERED, REVISED, LINES_DECIDED] as const;

/** About an earlier receipt. */
export function isLater({ type }: StreamEvent): boolean {
  return type !== REGISTERED;
}

export type Decoded =
  | { readonly kind: 'registered'; readonly event: StreamEvent; readonly value: ReceiptRegisteredV1 }
  | { readonly kind: 'revised'; readonly event: StreamEvent; readonly value: ReceiptRevisedV1 }
  | { readonly kind: 'decided'; readonly event: StreamEvent; readonly value: LinesDecidedV1 };

export function decode(event: StreamEvent): Decoded {
  const value = parsed(event.value) as Decoded['value'];
  assert(
    value.storeId === event.streamKey && value.streamSeq === event.seq && value.eventId === event.eventId,
    'the event says what its headers say',
  );
  assert(Number.isInteger(value.storeNo) && Array.isArray(value.lines), 'the event has a store and lines');
  if (event.type === LINES_DECIDED) return { kind: 'decided', event, value: value as LinesDecidedV1 };
  const receipt = value as ReceiptRegisteredV1;
  assert(Array.isArray(receipt.document?.lines), 'a receipt has a document');
  if (event.type === REGISTERED) return { kind: 'registered', event, value: receipt };
  assert(event.type === REVISED, `${event.type} makes no rows`);
  return { kind: 'revised', event, value: receipt as ReceiptRevisedV1 };
}

function parsed(bytes: Buffer): object {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    assert(false, `not a readable event: ${error instanceof Error ? error.message : String(error)}`);
  }
  assert(typeof value === 'object' && value !== null, 'an event is an object');
  return value;
}
