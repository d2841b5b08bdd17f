import { present } from '@potok/kernel/assert';
import type { CanonicalDocument } from '@potok/retail/document/canonical-document';
import type { FiscalCore } from '@potok/ingestion-domain/revision/fiscal-core';
import type { Tx } from '@potok/platform-postgres/tx';
import { readOverruledCores } from '../storage/decision-table';
import { readEventValues, readRevisions } from '../storage/document-table';
import type { StoredRevision } from '../storage/document-table';
import { readObservations } from '../storage/observation-table';
import { documentIn, documentOf } from './event-values';
import type { WrittenDocument } from './event-values';

/** A document that a batch touches: from the tables, or first seen in this very batch. */
export interface WorkingDocument {
  readonly documentId: string;
  readonly storeId: string | null;
  readonly storeNo: number;
  readonly registerNo: number;
  readonly seriesNo: number;
  readonly number: number | null;
  /** False for what is archived only. */
  readonly published: boolean;
  /** Its latest revision; null until it is needed. */
  canonical: CanonicalDocument | null;
  /** Of a document that is new in this batch: further copies are rare, so that its objects are not kept. */
  readonly written: WrittenDocument | null;
  revision: number;
  observations: number;
  /** False once it was withdrawn or merged: further copies are archived, nothing more comes of them. */
  readonly counts: boolean;
  /** Cores that a person has decided against; empty until they are needed. */
  overruled: readonly FiscalCore[];
  /** SHA-256, hex, of the bytes that were seen, and whether they contradict it still. */
  readonly seen: Map<string, 'agreed' | 'conflict'>;
  readonly latest: StoredRevision | null;
}

/** The documents with these ids as they are stored. */
export async function loadDocuments(
  tx: Tx,
  documentIds: readonly string[],
): Promise<Map<string, WorkingDocument>> {
  const documents = new Map<string, WorkingDocument>();
  if (documentIds.length === 0) return documents;
  for (const revision of await readRevisions(tx, documentIds)) {
    const known = documents.get(revision.documentId);
    const seen = known?.seen ?? new Map<string, 'agreed' | 'conflict'>();
    seen.set(revision.sha256.toString('hex'), 'agreed');
    documents.set(revision.documentId, fromStored(revision, seen));
  }
  for (const observation of await readObservations(tx, documentIds)) {
    const document = present(documents.get(observation.documentId), 'the document of an observation');
    document.seen.set(
      observation.sha256.toString('hex'),
      observation.kind === 'conflict' ? 'conflict' : 'agreed',
    );
    document.observations = Math.max(document.observations, observation.observationNo);
  }
  return documents;
}

function fromStored(revision: StoredRevision, seen: WorkingDocument['seen']): WorkingDocument {
  return {
    documentId: revision.documentId,
    storeId: null,
    storeNo: revision.storeNo,
    registerNo: revision.registerNo,
    seriesNo: revision.seriesNo,
    number: revision.number,
    published: revision.streamSeq > 0,
    canonical: null,
    written: null,
    counts: revision.revisionKind !== 'withdrawn' && revision.revisionKind !== 'merged',
    overruled: [],
    revision: revision.revision,
    observations: 1,
    seen,
    latest: revision,
  };
}

/** The latest revision, as far as it was loaded; null where it is not known. */
export function canonicalOf(document: WorkingDocument): CanonicalDocument | null {
  if (document.written !== null) document.canonical ??= documentOf(document.written);
  return document.canonical;
}

/** Reads the canonical documents of these, which were published before, back from their events. */
export async function loadCanonicals(tx: Tx, documents: readonly WorkingDocument[]): Promise<void> {
  const wanted = documents.flatMap((document) =>
    document.canonical === null && document.published && document.latest !== null
      ? [{ document, latest: document.latest }]
      : [],
  );
  const values = await readEventValues(
    tx,
    wanted.map(({ latest }) => latest),
  );
  const ids = wanted.map(({ document }) => document.documentId);
  const overruled = await readOverruledCores(tx, ids);
  wanted.forEach(({ document }, index) => {
    document.canonical = documentIn(present(values[index], 'the event of a document'));
    document.overruled = overruled.get(document.documentId) ?? [];
  });
}
