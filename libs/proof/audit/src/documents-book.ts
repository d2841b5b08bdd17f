import { createHash } from 'node:crypto';
import type { DocumentRegisteredV1 } from '@potok/ingestion-contracts/document-registered.v1';
import type { LogRecord } from '@potok/platform-kafka/log';
import { identityKey } from '@potok/proof-simulator/truth/document-facts';
import type { Faults } from './faults';
import { StreamCheck } from './stream-check';

export const documentsTopicName = 'retail.register.documents.v1';
const documentMark = Buffer.from('"document":');

/** What stands on the topic of register documents. */
export class DocumentsBook {
  /** documentIds under a name; more than one is a fault. */
  readonly byIdentity = new Map<string, Set<string>>();
  /** How often each document was registered (not revised). */
  readonly registered = new Map<string, number>();
  readonly hashes = new Map<string, string>();
  private readonly check: StreamCheck;

  constructor(private readonly faults: Faults) {
    this.check = new StreamCheck(documentsTopicName, faults);
  }

  take(record: LogRecord): void {
    if (record.value === null) return;
    const event = JSON.parse(record.value.toString('utf8')) as DocumentRegisteredV1;
    if (!this.check.isNew(record, event)) return;
    const { documentId, revision, documentHash, document } = event;
    if (revision === 1) this.registered.set(documentId, (this.registered.get(documentId) ?? 0) + 1);
    this.hashes.set(`${documentId}/${String(revision)}`, documentHash);
    if (hashOfDocument(record.value) !== documentHash) {
      this.faults.note('stream', documentId, 'documentHash is not that of its bytes');
    }
    for (const identity of document.identities) {
      const key = identityKey(identity);
      const ids = this.byIdentity.get(key) ?? new Set<string>();
      this.byIdentity.set(key, ids.add(documentId));
    }
  }
}

/** SHA-256 of the bytes of `document`, the last member of an event. */
export function hashOfDocument(value: Buffer): string {
  const start = value.indexOf(documentMark) + documentMark.length;
  return createHash('sha256')
    .update(value.subarray(start, value.length - 1))
    .digest('hex');
}
