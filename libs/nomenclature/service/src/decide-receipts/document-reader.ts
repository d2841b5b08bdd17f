import { assert } from '@potok/kernel/assert';
import type { DocumentRevisedV1 } from '@potok/ingestion-contracts/document-revised.v1';
import type { DecidableReceipt } from '@potok/nomenclature-domain/receipt-document';
import { readSelected } from '@potok/platform-json/read-selected';
import type { CanonicalDocument } from '@potok/retail/document/canonical-document';
import { RECEIPT_DOCUMENT } from './selected-document';

/** Of a first revision the members about moves and mergers are absent. */
export type DocumentHead = Omit<DocumentRevisedV1, 'document'>;

export interface ReadDocument extends DecidableReceipt {
  readonly head: DocumentHead;
  /** The document's own bytes: spliced into the next event as they are. */
  readonly documentBytes: Buffer;
}

const DOCUMENT_MEMBER = Buffer.from(',"document":');

/** Splits an event of a register document at its document, which is always the last member. */
export function readDocument(value: Buffer): ReadDocument {
  const at = value.indexOf(DOCUMENT_MEMBER);
  assert(at > 0, 'an event of a register document holds its document');
  const documentBytes = value.subarray(at + DOCUMENT_MEMBER.length, value.length - 1);
  const head = JSON.parse(`${value.toString('utf8', 0, at)}}`) as DocumentHead;
  const document = readSelected(documentBytes, RECEIPT_DOCUMENT);
  assert(
    Array.isArray(document.lines) && typeof document.time.ledgerAt === 'string',
    'the document is canonical',
  );
  return { head, document, documentBytes, whole: parsedOnce(documentBytes) };
}

function parsedOnce(documentBytes: Buffer): () => CanonicalDocument {
  let document: CanonicalDocument | null = null;
  return () => (document ??= JSON.parse(documentBytes.toString('utf8')) as CanonicalDocument);
}
