import type { Transactor } from '@potok/platform-postgres/tx';
import type { Relay, RelayStatus } from './relay-event';

const STOP_TIMEOUT_MS = 15_000;

/** The relays of one service, started and stopped together. */
export class PublicationRuntime {
  constructor(private readonly relays: readonly Relay[]) {}

  start(): void {
    for (const relay of this.relays) relay.start();
  }

  /** After the last commit: publishes what is in hand and gives the leases back, within the time. */
  async stop(timeoutMs = STOP_TIMEOUT_MS): Promise<void> {
    await Promise.all(this.relays.map((relay) => relay.stop(timeoutMs)));
  }

  /** False once a relay died or hangs: liveness must fail. */
  alive(): boolean {
    return this.relays.every((relay) => relay.status().alive);
  }

  status(): readonly RelayStatus[] {
    return this.relays.map((relay) => relay.status());
  }
}

export interface PublicationBacklog {
  readonly topic: string;
  /** Events that were numbered and are not known to be on the topic. */
  readonly events: number;
  readonly haltedPartitions: number;
}

/** For metrics and readiness, over all holders: a row for each topic of numbered streams. */
export async function readPublicationBacklog(database: Transactor): Promise<PublicationBacklog[]> {
  const { rows } = await database.query<{ topic: string; events: bigint; halted: bigint }>(
    `SELECT stream.topic,
            sum(stream.last_seq - coalesce(progress.published_up_to, 0))::bigint AS events,
            (SELECT count(*) FROM publication_lease AS lease
             WHERE lease.topic = stream.topic AND lease.halt_reason IS NOT NULL) AS halted
     FROM publication_stream AS stream
     LEFT JOIN publication_progress AS progress USING (topic, stream_key, epoch)
     GROUP BY stream.topic ORDER BY stream.topic`,
  );
  return rows.map(({ topic, events, halted }) => ({
    topic,
    events: Number(events),
    haltedPartitions: Number(halted),
  }));
}
