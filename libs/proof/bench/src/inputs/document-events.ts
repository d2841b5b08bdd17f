import { createHash } from 'node:crypto';
import { eventHeaders } from '@potok/platform-kafka/event-headers';
import type { ProducerRecord } from '@potok/platform-kafka/log';
import { documentOf } from './documents';
import type { SyntheticReceipt } from './documents';

/** The event of the intake about a receipt, as nomenclature reads it from retail.register.documents.v1. */
export function documentEvent(receipt: SyntheticReceipt): ProducerRecord {
  const document = documentOf(receipt);
  const bytes = Buffer.from(JSON.stringify(document));
  const { storeId, storeNo, documentId, time } = document;
  const eventId = `${documentId}/1/registered/0`;
  const head = JSON.stringify({
    eventId,
    storeId,
    storeNo,
    streamEpoch: 1,
    streamSeq: receipt.number,
    rootSeq: receipt.number,
    cause: null,
    recordedAt: time.receivedAt,
    causeRecordedAt: null,
    documentId,
    revision: 1,
    revisionKind: 'original',
    repost: 'none',
    documentHash: createHash('sha256').update(bytes).digest('hex'),
  });
  return {
    key: storeId,
    value: Buffer.concat([Buffer.from(`${head.slice(0, -1)},"document":`), bytes, Buffer.from('}')]),
    headers: eventHeaders({
      id: eventId,
      type: 'retail.register.document-registered.v1',
      source: '/potok/register-ingestion',
      time: time.receivedAt,
      epoch: 1,
      seq: receipt.number,
      mustUnderstand: true,
      traceparent: null,
    }),
  };
}
