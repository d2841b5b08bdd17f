import { present } from '@potok/kernel/assert';
import { toInstant } from '@potok/kernel/clock';
import type { RecentBlocks } from '@potok/platform-publication/recent-blocks';
import type { LockedStream, StreamAdvance, StreamNumbering } from '@potok/platform-publication/stream';
import type { Tx } from '@potok/platform-postgres/tx';
import { insertDocuments, insertEventBlocks } from '../storage/document-table';
import type { DocumentRow, EventBlockRow } from '../storage/document-table';
import type { PendingRevision } from './batch-work';
import { EventValueWriter } from './event-values';

/** What numbering comes to: rows and the streams' new heads. */
export interface Numbered {
  readonly documents: readonly DocumentRow[];
  readonly blocks: readonly EventBlockRow[];
  readonly advances: readonly StreamAdvance[];
}

/** The streams of these revisions, locked in their order. */
export function lockStreams(
  tx: Tx,
  numbering: StreamNumbering,
  revisions: readonly Pick<PendingRevision, 'document' | 'canonical'>[],
): Promise<ReadonlyMap<string, LockedStream>> {
  const published = revisions.filter(({ document }) => document.published);
  return numbering.lock(tx, [...new Set(published.map(({ canonical }) => canonical.storeId))].sort());
}

export interface RevisionNumbering {
  readonly numbering: StreamNumbering;
  /** For the relay of this process, where it has one. */
  readonly recent?: RecentBlocks;
}

/** Stores what was numbered under the locks of its streams. */
export async function storeRevisions(
  tx: Tx,
  { numbering, recent }: RevisionNumbering,
  { documents, blocks, advances }: Numbered,
): Promise<void> {
  await insertDocuments(tx, documents);
  await insertEventBlocks(tx, blocks);
  recent?.keep(
    tx,
    blocks.map(({ storeNo, streamEpoch, ...block }) => ({ streamNo: storeNo, epoch: streamEpoch, ...block })),
  );
  await numbering.advance(tx, advances);
}

interface StoreEvents {
  readonly stream: LockedStream;
  readonly storeNo: number;
  readonly recordedAt: string;
  readonly values: Buffer[];
}

/** Numbers revisions in the order of the batch, store by store, and serialises each canonical document once. */
export function numberRevisions(
  revisions: readonly PendingRevision[],
  streams: ReadonlyMap<string, LockedStream>,
): Numbered {
  const stores = new Map<string, StoreEvents>();
  const writer = new EventValueWriter();
  const documents = revisions.map((revision) => {
    const { canonical, document, written } = revision;
    if (!document.published)
      return documentRow(revision, {
        epoch: 1,
        seq: 0,
        firstSeq: 0,
        recordedAtMs: revision.candidate.line.receivedAtMs,
      });
    const stream = present(streams.get(canonical.storeId), 'the stream of a store');
    const store = stores.get(canonical.storeId) ?? newStore(stream, canonical.storeNo);
    stores.set(canonical.storeId, store);
    const firstSeq = stream.lastSeq + 1;
    const seq = firstSeq + store.values.length;
    const head = {
      documentId: document.documentId,
      revision: revision.revision,
      revisionKind: revision.revisionKind,
      repost: revision.repost,
      storeId: canonical.storeId,
      storeNo: canonical.storeNo,
      streamEpoch: stream.epoch,
      streamSeq: seq,
      recordedAt: store.recordedAt,
      links: revision.links,
      traceparent: revision.candidate.line.traceparent,
    };
    store.values.push(writer.value(head, written));
    return documentRow(revision, { epoch: stream.epoch, seq, firstSeq, recordedAtMs: stream.recordedAtMs });
  });
  const events = [...stores.values()];
  return { documents, blocks: events.map(blockOf), advances: events.map(advanceOf) };
}

function newStore(stream: LockedStream, storeNo: number): StoreEvents {
  return { stream, storeNo, recordedAt: toInstant(stream.recordedAtMs), values: [] };
}

function blockOf({ stream, storeNo, values }: StoreEvents): EventBlockRow {
  return {
    storeNo,
    streamEpoch: stream.epoch,
    firstSeq: stream.lastSeq + 1,
    lastSeq: stream.lastSeq + values.length,
    recordedAtMs: stream.recordedAtMs,
    values,
  };
}

function advanceOf({ stream, values }: StoreEvents): StreamAdvance {
  const { streamKey, recordedAtMs } = stream;
  return { streamKey, lastSeq: stream.lastSeq + values.length, recordedAtMs };
}

interface Place {
  readonly epoch: number;
  readonly seq: number;
  readonly firstSeq: number;
  readonly recordedAtMs: number;
}

function documentRow({ document, canonical, ...revision }: PendingRevision, place: Place): DocumentRow {
  return {
    documentId: document.documentId,
    revision: revision.revision,
    revisionKind: revision.revisionKind,
    type: canonical.type,
    storeNo: canonical.storeNo,
    streamEpoch: place.epoch,
    streamSeq: place.seq,
    blockFirstSeq: place.firstSeq,
    seriesNo: document.seriesNo,
    number: document.number,
    registerNo: canonical.registerNo,
    businessDate: canonical.time.businessDate,
    recordedAtMs: place.recordedAtMs,
    receivedAtMs: revision.candidate.line.receivedAtMs,
    sha256: revision.candidate.sha256,
    archiveBlockNo: revision.copy.blockNo,
    archiveIndex: revision.copy.index,
  };
}
