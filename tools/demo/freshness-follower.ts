import type { LogAdmin, LogRecord } from '@potok/platform-kafka/log';
import type { DocumentRegisteredV1 } from '@potok/ingestion-contracts/document-registered.v1';
import { HEADER } from '@potok/platform-kafka/event-headers';
import { documentsTopicName } from '@potok/proof-audit/documents-book';
import { movementsTopicName } from '@potok/proof-audit/movements-book';
import { TopicFollower } from '@potok/proof-audit/topic-follower';
import { receiptLinesTopic } from '@potok/reporting-contracts/bi-topics';
import { ArrivalOrder } from './arrival-order';
import type { FreshnessStage, FreshnessWindow } from './freshness-window';

/** Of ids of events: the document, and that it is the first time it is told. */
const firstTime = {
  documents: /^([0-9a-f-]{36})\/1\/registered\//,
  stock: /^([0-9a-f-]{36})\/1\/posted\/0\/1$/,
  report: /^([0-9a-f-]{36})\/1\/decided\/0\//,
};

/** Reads the topics as any reader may, and tells when receipts came and when stages held them. */
export class FreshnessFollower {
  private readonly followers: readonly TopicFollower[];

  constructor(admin: LogAdmin, window: FreshnessWindow) {
    const order = new ArrivalOrder();
    const reaches = (stage: FreshnessStage, atMs: (record: LogRecord) => number) => (record: LogRecord) => {
      const documentId = firstTime[stage].exec(eventIdOf(record))?.[1];
      if (documentId !== undefined) window.reaches(stage, documentId, atMs(record));
    };
    this.followers = [
      new TopicFollower(admin, documentsTopicName, (record) => {
        const documentId = firstTime.documents.exec(eventIdOf(record))?.[1];
        if (documentId === undefined || record.value === null) return;
        const { storeId, recordedAt, document } = JSON.parse(
          record.value.toString('utf8'),
        ) as DocumentRegisteredV1;
        const receivedMs = Date.parse(document.time.receivedAt);
        if (order.isOvertaken(storeId, receivedMs)) window.waited(documentId, Date.parse(recordedAt));
        else window.arrived(documentId, receivedMs);
      }),
      new TopicFollower(admin, movementsTopicName, reaches('stock', recordedAtOf)),
      new TopicFollower(
        admin,
        receiptLinesTopic.name,
        reaches('report', ({ timestampMs }) => timestampMs),
      ),
    ];
  }

  async catchUp(): Promise<void> {
    for (const follower of this.followers) await follower.catchUp();
  }
}

function eventIdOf({ headers }: LogRecord): string {
  return headers[HEADER.id]?.toString('utf8') ?? '';
}

function recordedAtOf({ headers, timestampMs }: LogRecord): number {
  const text = headers[HEADER.time]?.toString('utf8');
  return text === undefined ? timestampMs : Date.parse(text);
}
