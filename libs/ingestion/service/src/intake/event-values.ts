import { hash } from 'node:crypto';
import { assert } from '@potok/kernel/assert';
import { toInstant } from '@potok/kernel/clock';
import type { CanonicalDocument } from '@potok/retail/document/canonical-document';
import type { RevisionKind } from '../storage/document-table';

/** Everything about an event of a document but the document itself. */
export interface EventHead {
  readonly documentId: string;
  readonly revision: number;
  readonly revisionKind: RevisionKind;
  readonly repost: 'none' | 'lines';
  readonly storeId: string;
  readonly storeNo: number;
  readonly streamEpoch: number;
  readonly streamSeq: number;
  readonly recordedAtMs: number;
}

const DOCUMENT_MEMBER = '"document":';
const CLOSING_BRACE = 0x7d;

export function eventIdOf(documentId: string, revision: number): string {
  return `${documentId}/${String(revision)}/${revision === 1 ? 'registered' : 'revised'}/0`;
}

/**
 * The value of a document's event. The canonical bytes stand last and are serialised once: later events splice them.
 * Nothing in the head needs escaping: identifiers, numbers and instants.
 */
export function eventValue(head: EventHead, document: Buffer): Buffer {
  const { streamSeq } = head;
  const prefix =
    `{"eventId":"${eventIdOf(head.documentId, head.revision)}","storeId":"${head.storeId}"` +
    `,"storeNo":${String(head.storeNo)},"streamEpoch":${String(head.streamEpoch)},"streamSeq":${String(streamSeq)}` +
    `,"rootSeq":${String(streamSeq)},"cause":null,"recordedAt":"${toInstant(head.recordedAtMs)}","causeRecordedAt":null` +
    `,"documentId":"${head.documentId}","revision":${String(head.revision)},"revisionKind":"${head.revisionKind}"` +
    `,"repost":"${head.repost}","documentHash":"${hash('sha256', document, 'hex')}",${DOCUMENT_MEMBER}`;
  const value = Buffer.allocUnsafe(prefix.length + document.length + 1);
  value.write(prefix, 0, 'latin1');
  document.copy(value, prefix.length);
  value[value.length - 1] = CLOSING_BRACE;
  return value;
}

/** The canonical bytes in an event's value. */
export function documentBytesIn(value: Buffer): Buffer {
  const at = value.indexOf(DOCUMENT_MEMBER);
  assert(at > 0, 'an event of a document holds its document');
  return value.subarray(at + DOCUMENT_MEMBER.length, value.length - 1);
}

export function documentIn(value: Buffer): CanonicalDocument {
  return JSON.parse(documentBytesIn(value).toString('utf8')) as CanonicalDocument;
}
