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

const SPACE_BYTES_MIN = 64 * 1024;
const SPACE_BYTES_MAX = 1024 * 1024;
/** UTF-8 of one UTF-16 unit at most. */
const BYTES_PER_UNIT_MAX = 3;
const EMPTY = Buffer.alloc(0);

/** A canonical document as it stands on every topic from here on. */
export interface WrittenDocument {
  readonly bytes: Buffer;
  /** SHA-256, hex. */
  readonly hash: string;
}

/**
 * Writes documents and the values of their events one behind the other into large buffers: of short-lived buffers
 * there would be two for every document. The canonical document is serialised once, as soon as it is built, so that
 * the objects of one document are garbage before the next one is read; later events splice its bytes.
 */
export class EventValueWriter {
  private space = EMPTY;
  private position = 0;

  document(document: CanonicalDocument): WrittenDocument {
    const json = JSON.stringify(document);
    this.reserve(json.length * BYTES_PER_UNIT_MAX);
    const start = this.position;
    this.position += this.space.write(json, start, 'utf8');
    const bytes = this.space.subarray(start, this.position);
    return { bytes, hash: hash('sha256', bytes, 'hex') };
  }

  /** Nothing in the head needs escaping: identifiers, numbers and instants. The document stands last. */
  value(head: EventHead, document: WrittenDocument): Buffer {
    const prefix = `${headText(head)}${document.hash}",${DOCUMENT_MEMBER}`;
    this.reserve(prefix.length + document.bytes.length + 1);
    const start = this.position;
    const documentAt = start + this.space.write(prefix, start, 'latin1');
    const documentEnd = documentAt + document.bytes.copy(this.space, documentAt);
    this.space[documentEnd] = CLOSING_BRACE;
    this.position = documentEnd + 1;
    return this.space.subarray(start, this.position);
  }

  private reserve(bytes: number): void {
    if (this.position + bytes <= this.space.length) return;
    const usual = Math.min(Math.max(2 * this.space.length, SPACE_BYTES_MIN), SPACE_BYTES_MAX);
    this.space = Buffer.allocUnsafeSlow(Math.max(bytes, usual));
    this.position = 0;
  }
}

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

export function documentOf({ bytes }: WrittenDocument): CanonicalDocument {
  return JSON.parse(bytes.toString('utf8')) as CanonicalDocument;
}

export function documentIn(value: Buffer): CanonicalDocument {
  return JSON.parse(documentBytesIn(value).toString('utf8')) as CanonicalDocument;
}
