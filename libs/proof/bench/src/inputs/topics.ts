import type { FilledTopic } from './fill-topic';

/** Topics as the published list names them; the product's own declarations are what is measured, not what measures. */
function factsOf(name: string, context: string): FilledTopic {
  return {
    name,
    context,
    kind: 'facts',
    key: 'storeId',
    description: 'filled by a benchmark',
    partitions: 12,
    retentionMs: 90 * 86_400_000,
    messageBytesMax: 4 * 1024 * 1024,
  };
}

export const receiptsTopic = factsOf('retail.sales.receipts.v1', 'nomenclature');
export const documentsTopic = factsOf('retail.register.documents.v1', 'ingestion');
