import { createHash } from 'node:crypto';
import { documentRegisteredV1 } from '@potok/ingestion-contracts/document-registered.v1';
import { documentRevisedV1 } from '@potok/ingestion-contracts/document-revised.v1';
import { documentsTopic } from '@potok/ingestion-contracts/topics';
import { eventTypeOf } from '@potok/kernel/contract';
import type { StreamEvent } from '@potok/platform-kafka/stream-event';
import type { CanonicalDocument, CanonicalLine } from '@potok/retail/document/canonical-document';
import type { revisionKind } from '@potok/retail/document/codes';
import { exampleDocument } from '@potok/retail/document/example';
import type { z } from 'zod';

type RevisionKind = z.infer<typeof revisionKind>;

/** Events of register documents as ingestion writes them, for the tests of the nomenclature. */

export interface TestDocument {
  readonly storeNo?: number;
  /** Place in the store's stream of documents; also names the document, unless `documentSeq` does. */
  readonly seq: number;
  readonly documentSeq?: number;
  readonly lines?: readonly Partial<CanonicalLine>[];
  /** Other members of the document. */
  readonly document?: Partial<CanonicalDocument>;
  readonly revision?: TestRevision;
  /** Other members of the event. */
  readonly head?: Readonly<Record<string, unknown>>;
}

export interface TestRevision {
  readonly revision: number;
  readonly repost: 'none' | 'lines';
  readonly kind?: RevisionKind;
}

function kindOf(revision: TestRevision | undefined): RevisionKind {
  if (revision === undefined) return 'original';
  return revision.kind ?? (revision.repost === 'none' ? 'bound' : 'enriched');
}

export function storeIdOf(storeNo: number): string {
  return `store-${String(storeNo)}`;
}

export function documentIdOf(storeNo: number, seq: number): string {
  return `00000000-0000-5000-8000-${String(storeNo * 1_000_000 + seq).padStart(12, '0')}`;
}

function testLine(line: Partial<CanonicalLine>, lineNo: number, storeNo: number): CanonicalLine {
  return {
    lineNo,
    state: 'sold',
    quantityMilli: 1000,
    amountKopecks: 9900,
    paymentMethod: 4,
    subject: 1,
    stockLocationId: storeIdOf(storeNo),
    stockLocationNo: storeNo,
    ...line,
  };
}

export function documentEvent(test: TestDocument): StreamEvent {
  const { storeNo = 1, seq, documentSeq = seq, lines = [], revision } = test;
  const documentId = documentIdOf(storeNo, documentSeq);
  const document: CanonicalDocument = {
    ...exampleDocument,
    documentId,
    storeId: storeIdOf(storeNo),
    storeNo,
    registerId: `${storeIdOf(storeNo)}-1`,
    ...test.document,
    lines: lines.map((line, index) => testLine(line, index + 1, storeNo)),
  };
  const bytes = Buffer.from(JSON.stringify(document));
  const revisionNo = revision?.revision ?? 1;
  const head = {
    eventId: `${documentId}/${String(revisionNo)}/${revision === undefined ? 'registered' : 'revised'}/0`,
    storeId: document.storeId,
    storeNo,
    streamEpoch: 1,
    streamSeq: seq,
    rootSeq: seq,
    cause: null,
    recordedAt: '2026-03-02T09:15:01.300Z',
    causeRecordedAt: null,
    documentId,
    revision: revisionNo,
    revisionKind: kindOf(revision),
    repost: revision?.repost ?? 'none',
    documentHash: createHash('sha256').update(bytes).digest('hex'),
    ...test.head,
  };
  const prefix = Buffer.from(`${JSON.stringify(head).slice(0, -1)},"document":`);
  return {
    topic: documentsTopic.name,
    partition: 0,
    offset: seq - 1,
    streamKey: document.storeId,
    epoch: 1,
    seq,
    eventId: head.eventId,
    type: eventTypeOf(revision === undefined ? documentRegisteredV1 : documentRevisedV1),
    value: Buffer.concat([prefix, bytes, Buffer.from('}')]),
    traceparent: null,
  };
}
