import { adminOf } from './log-admin';

/** What is compared with the simulator's books must hold nothing else. */
export async function assertEmptyBroker(brokers: readonly string[]): Promise<void> {
  const admin = adminOf(brokers);
  try {
    const bounds = await admin
      .bounds('retail.register.documents.v1')
      .catch(() => new Map<number, { end: number }>());
    if ([...bounds.values()].some(({ end }) => end > 0)) {
      throw new Error('the broker of KAFKA_BROKERS holds documents already; the demo needs an empty one');
    }
  } finally {
    await admin.close();
  }
}
