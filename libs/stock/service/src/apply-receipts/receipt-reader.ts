import { assert } from '@potok/kernel/assert';
import type { ReceiptRegisteredV1 } from '@potok/nomenclature-contracts/receipt-registered.v1';

/** The members of a receipt event that the ledger reads: all of them stand before `document`. */
export type ReceiptHead = Omit<ReceiptRegisteredV1, 'document'>;

const DOCUMENT_MEMBER = Buffer.from(',"document":');
const CLOSING_BRACE = 0x7d;

/**
 * Parses an event up to its document, which is always the last member: the ledger needs nothing from it, and it is
 * three quarters of the bytes. An event without a document is parsed whole.
 */
export function readHead<Head extends object>(value: Buffer): Head {
  const end = value.indexOf(DOCUMENT_MEMBER);
  const text =
    end < 0
      ? value.toString('utf8')
      : `${value.toString('utf8', 0, end)}${String.fromCharCode(CLOSING_BRACE)}`;
  return parsed(text) as Head;
}

function parsed(text: string): object {
  let head: unknown;
  try {
    head = JSON.parse(text);
  } catch (error) {
    assert(false, `not a readable event: ${error instanceof Error ? error.message : String(error)}`);
  }
  assert(typeof head === 'object' && head !== null, 'an event is an object');
  return head;
}
