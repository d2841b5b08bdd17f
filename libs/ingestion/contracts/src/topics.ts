import {
  factsTopic,
  INBOX_RETENTION_MS,
  MESSAGE_BYTES_MAX,
  STORE_TOPIC_PARTITIONS,
} from '@potok/kernel/contract';
import type { TopicDeclaration } from '@potok/kernel/contract';

/** Bytes as received, personal data included: ingestion alone reads it (design §2, §5.14). */
export const inboxTopic: TopicDeclaration = {
  name: 'internal.register.inbox.v1',
  context: 'ingestion',
  kind: 'inbox',
  key: 'the store that the edge believes in, else the series: it spreads load, nothing relies on it',
  description: 'Lines from registers as received, accepted, held and rejected ones.',
  partitions: STORE_TOPIC_PARTITIONS,
  retentionMs: INBOX_RETENTION_MS,
  messageBytesMax: MESSAGE_BYTES_MAX,
};

export const documentsTopic = factsTopic({
  name: 'retail.register.documents.v1',
  context: 'ingestion',
  description: 'Every register document, canonical, numbered per store, without personal data.',
});

export const completenessTopic = factsTopic({
  name: 'retail.register.completeness.v1',
  context: 'ingestion',
  description:
    'What is here of each register and what is missing: statements, the latest of a register counts.',
});
