import { hash } from 'node:crypto';
import { assert } from '@potok/kernel/assert';
import type { CanonicalDocument } from '@potok/retail/document/canonical-document';
import type { RevisionMove } from '@potok/retail/document/revision-move';
import { traceMember } from '@potok/platform-publication/event-trace';
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
  /** RFC 3339. */
  readonly recordedAt: string;
  readonly links: RevisionLinks | null;
  readonly traceparent: string | null;
}

/** Where a document moved, and which one stands for it: of some kinds of revisions. */
export interface RevisionLinks {
  readonly movedFrom?: RevisionMove;
  readonly movedTo?: RevisionMove;
  readonly survivorId?: string;
  readonly mergedId?: string;
}

const DOCUMENT_MEMBER = '"document":';
const CLOSING_BRACE = 0x7d;

export function eventIdOf(documentId: string, revision: number): string {
  return `${documentId}/${String(revision)}/${revision === 1 ? 'registered' : 'revised'}/0`;
}

const SPACE_BYTES = 1024 * 1024;
/** UTF-8 of one UTF-16 unit at most. */
const BYTES_PER_UNIT_MAX = 3;
const HASH_HEX_LENGTH = 64;

/**
 * Writes the values of documents' events one behind the other into large buffers: of short-lived buffers there would
 * be two for every document. The canonical document is serialised once and stands last: later events splice its bytes.
 */
export class EventValueWriter {
  private space = Buffer.allocUnsafeSlow(SPACE_BYTES);
  private position = 0;

  /** Nothing in the head needs escaping: identifiers, numbers and instants. */
  write(head: EventHead, document: CanonicalDocument): Buffer {
    const json = JSON.stringify(document);
    const beforeHash = headText(head);
    const prefixBytes = beforeHash.length + HASH_HEX_LENGTH + AFTER_HASH.length;
    this.reserve(prefixBytes + json.length * BYTES_PER_UNIT_MAX + 1);
    const start = this.position;
    const documentAt = start + prefixBytes;
    const documentEnd = documentAt + this.space.write(json, documentAt, 'utf8');
    const documentHash = hash('sha256', this.space.subarray(documentAt, documentEnd), 'hex');
    this.space.write(beforeHash + documentHash + AFTER_HASH, start, 'latin1');
    this.space[documentEnd] = CLOSING_BRACE;
    this.position = documentEnd + 1;
    return this.space.subarray(start, this.position);
  }

  private reserve(bytes: number): void {
    if (this.position + bytes <= this.space.length) return;
    this.space = Buffer.allocUnsafeSlow(Math.max(bytes, SPACE_BYTES));
    this.position = 0;
  }
}

const AFTER_HASH = `",${DOCUMENT_MEMBER}`;

function headText(head: EventHead): string {
  const streamSeq = String(head.streamSeq);
  return (
    `{"eventId":"${eventIdOf(head.documentId, head.revision)}","storeId":"${head.storeId}"` +
    `,"storeNo":${String(head.storeNo)},"streamEpoch":${String(head.streamEpoch)},"streamSeq":${streamSeq}` +
    `,"rootSeq":${streamSeq},"cause":null,"recordedAt":"${head.recordedAt}","causeRecordedAt":null,` +
    traceMember(head.traceparent) +
    `"documentId":"${head.documentId}","revision":${String(head.revision)},"revisionKind":"${head.revisionKind}"` +
    `,"repost":"${head.repost}",${linkMembers(head.links)}"documentHash":"`
  );
}

/** Identifiers and numbers: ASCII, like the rest of the head. */
function linkMembers(links: RevisionLinks | null): string {
  return links === null ? '' : `${JSON.stringify(links).slice(1, -1)},`;
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
