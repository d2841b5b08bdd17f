import type { Runner } from '@potok/platform-kafka/runner/runner-contract';
import { topicDrift } from '@potok/platform-kafka/topics';
import { readMigrationState } from '@potok/platform-postgres/migrations';
import { CLOCK_SKEW_MAX_MS } from '@potok/platform-publication/stream-numbering';
import type { ServiceRuntime } from './service-runtime';
import { readServiceStatus } from './service-status';
import type { ConsumerLag, ServiceStatus } from './service-status';

/** What was looked at, how it stands, and what an operator can do about it. */
export interface DiagnosedCheck {
  readonly check: string;
  /** `fail`: something stands still or figures may be wrong. `warn`: it goes on and wants to be looked at. */
  readonly level: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** Null when all is well. */
  readonly remedy: string | null;
}

type Checked = readonly DiagnosedCheck[];

const SKEW_WARN_MS = 1_000;
const LAG_WARN_RECORDS = 10_000;
const NAMES_SHOWN_MAX = 5;

/** Everything that a service can tell about itself; a check that cannot be made fails by itself, the others go on. */
export async function diagnoseService(runtime: ServiceRuntime): Promise<Checked> {
  const found = await Promise.all([
    guarded('database', () => checkDatabase(runtime)),
    guarded('migrations', () => checkMigrations(runtime)),
    guarded('size', () => checkSize(runtime)),
    guarded('clock', () => checkClock(runtime)),
    guarded('broker', () => checkBroker(runtime)),
    guarded('topics', () => checkTopics(runtime)),
    guarded('leases', () => checkLeases(runtime)),
    guarded('progress', async () => checkProgress(runtime, await readServiceStatus(runtime))),
  ]);
  return found.flat();
}

async function guarded(check: string, look: () => Promise<Checked>): Promise<Checked> {
  try {
    return await look();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const remedy =
      'See that PostgreSQL and the broker run and are reachable from this process; its log says more.';
    return [{ check, level: 'fail', detail, remedy }];
  }
}

function well(check: string, detail: string): DiagnosedCheck {
  return { check, level: 'ok', detail, remedy: null };
}

async function checkDatabase({ database }: ServiceRuntime): Promise<Checked> {
  const { rows } = await database.query<{ version: string; schema: string }>(
    `SELECT current_setting('server_version') AS version, current_schema() AS schema`,
  );
  const { max, total, waiting } = database.stats();
  const detail = `PostgreSQL ${rows[0]?.version ?? ''}, schema ${rows[0]?.schema ?? ''}, ${String(total)} of ${String(max)} connections`;
  if (waiting === 0) return [well('database', detail)];
  return [
    {
      check: 'database',
      level: 'warn',
      detail: `${detail}, ${String(waiting)} callers wait for one`,
      remedy: 'If it stays so, raise …_DATABASE_POOL_MAX, or look for slow statements.',
    },
  ];
}

/** The schema and its largest tables; a partitioned table counts with its partitions. */
async function checkSize({ database }: ServiceRuntime): Promise<Checked> {
  const { rows } = await database.query<{ name: string; mebibytes: number; all_mebibytes: number }>(
    `SELECT name, round(bytes / 1048576.0)::int AS mebibytes,
            round(sum(bytes) OVER () / 1048576.0)::int AS all_mebibytes
     FROM (
       SELECT coalesce(parent.relname, own.relname) AS name, sum(pg_total_relation_size(own.oid)) AS bytes
       FROM pg_class AS own LEFT JOIN pg_inherits ON inhrelid = own.oid
       LEFT JOIN pg_class AS parent ON parent.oid = inhparent
       WHERE own.relkind = 'r' AND own.relnamespace = to_regnamespace(quote_ident(current_schema())) GROUP BY 1
     ) AS sized ORDER BY bytes DESC LIMIT $1`,
    [NAMES_SHOWN_MAX],
  );
  const tables = rows.map(({ name, mebibytes }) => `${name} ${String(mebibytes)}`);
  return [well('size', `${String(rows[0]?.all_mebibytes ?? 0)} MiB: ${tables.join(', ')}`)];
}

async function checkMigrations({ database, parts }: ServiceRuntime): Promise<Checked> {
  const { applied, pending, drifted, unknown } = await readMigrationState(database, parts.migrations);
  if (drifted.length > 0) {
    const remedy = 'A released migration was changed: run the release that applied it, or restore its text.';
    return [
      {
        check: 'migrations',
        level: 'fail',
        detail: `changed after they were applied: ${named(drifted)}`,
        remedy,
      },
    ];
  }
  if (pending.length > 0) {
    const remedy = 'Restart the service: it applies them when it starts.';
    return [{ check: 'migrations', level: 'fail', detail: `not applied: ${named(pending)}`, remedy }];
  }
  if (unknown.length > 0) {
    const remedy = 'A newer release has migrated this schema: bring this process to the same release.';
    return [
      { check: 'migrations', level: 'warn', detail: `unknown to this release: ${named(unknown)}`, remedy },
    ];
  }
  return [well('migrations', `${String(applied.length)} applied`)];
}

async function checkClock({ database, host }: ServiceRuntime): Promise<Checked> {
  const beforeMs = host.clock.nowMs();
  const { rows } = await database.query<{ now_ms: number }>(
    'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now_ms',
  );
  const afterMs = host.clock.nowMs();
  const databaseMs = rows[0]?.now_ms ?? beforeMs;
  const skewMs = Math.round(Math.max(0, beforeMs - databaseMs, databaseMs - afterMs));
  const detail = `this process and PostgreSQL differ by ${String(skewMs)} ms`;
  if (skewMs < SKEW_WARN_MS) return [well('clock', detail)];
  const level = skewMs > CLOCK_SKEW_MAX_MS ? 'fail' : 'warn';
  const remedy = `Set both clocks by NTP: beyond ${String(CLOCK_SKEW_MAX_MS)} ms nothing is numbered.`;
  return [{ check: 'clock', level, detail, remedy }];
}

async function checkBroker({ admin, producer }: ServiceRuntime): Promise<Checked> {
  const clusterId = await admin.clusterId();
  if (producer.healthy()) return [well('broker', `cluster ${clusterId}`)];
  const remedy = 'The last send failed: see the log of the broker and its free space.';
  return [{ check: 'broker', level: 'fail', detail: `cluster ${clusterId} does not take records`, remedy }];
}

async function checkTopics({ connection, parts, host }: ServiceRuntime): Promise<Checked> {
  const drift = await topicDrift(connection, parts.topics, host.kafka.topics);
  if (drift.length === 0) return [well('topics', `${String(parts.topics.length)} as declared`)];
  return drift.map(({ topic, setting, declared, found }) => ({
    check: 'topics',
    // Fewer partitions or a missing topic break the order of a store; other settings change how long records live.
    level: setting === 'exists' || setting === 'partitions' ? 'fail' : 'warn',
    detail: `${topic}: ${setting} is ${found === '' ? 'not set' : found}, declared ${declared}`,
    remedy:
      setting === 'exists'
        ? 'Restart the service that owns it: it creates its topics.'
        : setting === 'partitions'
          ? 'Never change the number of partitions of a topic that is in use: restore the topic from its owner.'
          : `kafka-configs.sh --alter --entity-type topics --entity-name ${topic} --add-config ${setting}=${declared}`,
  }));
}

async function checkLeases({ database, published, host }: ServiceRuntime): Promise<Checked> {
  if (published.length === 0) return [];
  if (!host.kafka.publishes) return [well('leases', 'this replica does not publish (KAFKA_PUBLISH=0)')];
  const { rows } = await database.query<{ topic: string; held: bigint; halted: string | null }>(
    `SELECT topic, count(*) FILTER (WHERE expires_at > clock_timestamp()) AS held, max(halt_reason) AS halted
     FROM publication_lease GROUP BY topic`,
  );
  const byTopic = new Map(rows.map((row) => [row.topic, row]));
  return published.map((topic) => {
    const row = byTopic.get(topic.name);
    const held = Number(row?.held ?? 0n);
    if (row?.halted !== undefined && row.halted !== null) {
      const remedy =
        'The topic and the database disagree, as after a restore: compare them before anything else is published.';
      return {
        check: 'leases',
        level: 'fail',
        detail: `${topic.name}: publication halted: ${row.halted}`,
        remedy,
      };
    }
    if (held === topic.partitions)
      return well('leases', `${topic.name}: all ${String(held)} partitions held`);
    const remedy = 'Within a few seconds after a start all are held; if not, see the log of the relays.';
    return {
      check: 'leases',
      level: 'warn',
      detail: `${topic.name}: ${String(held)} of ${String(topic.partitions)} partitions are held`,
      remedy,
    };
  });
}

function checkProgress(runtime: ServiceRuntime, status: ServiceStatus): Checked {
  return [
    ...status.consumers.flatMap(consumerChecks),
    ...runtime.runners.flatMap(runnerChecks),
    ...status.publication
      .filter(({ events }) => events > LAG_WARN_RECORDS)
      .map(({ topic, events }): DiagnosedCheck => ({
        check: 'publication',
        level: 'warn',
        detail: `${topic}: ${String(events)} events are not published yet`,
        remedy: 'If it does not fall, see the leases above and the log of the broker.',
      })),
    quarantineCheck(runtime.parts.name, status.quarantineOpen),
  ];
}

function consumerChecks({ consumer, lag, haltedStreams, topic }: ConsumerLag): Checked {
  if (haltedStreams.length === 0) return [lagCheck(consumer, lag)];
  return haltedStreams.map(({ streamKey, expectedSeq, reason }) => ({
    check: 'halts',
    level: 'fail',
    detail: `${consumer}: ${streamKey} waits for sequence ${String(expectedSeq)} (${reason})`,
    remedy: `npm run potok -- topics republish --topic ${topic} --store ${streamKey} --from ${String(expectedSeq)}`,
  }));
}

/** What only the process itself knows. */
function runnerChecks(runner: Runner): Checked {
  const { consumer, alive, partitions } = runner.status();
  const dead: DiagnosedCheck = {
    check: 'consumers',
    level: 'fail',
    detail: `${consumer} has died`,
    remedy: 'Restart the process; its log says why.',
  };
  const paused = partitions.filter((partition) => partition.paused !== null);
  return [
    ...(alive ? [] : [dead]),
    ...paused.map(({ partition, position }): DiagnosedCheck => ({
      check: 'positions',
      level: 'fail',
      detail: `${consumer}: partition ${String(partition)} waits at ${String(position)}, outside of the log`,
      remedy: 'Records before were deleted: npm run potok -- consumers seek --help',
    })),
  ];
}

function lagCheck(consumer: string, lag: number): DiagnosedCheck {
  const detail = `${consumer}: ${String(lag)} records behind`;
  if (lag <= LAG_WARN_RECORDS) return well('lag', detail);
  return {
    check: 'lag',
    level: 'warn',
    detail,
    remedy: 'If it does not fall, add a replica of the service.',
  };
}

function quarantineCheck(service: string, open: number): DiagnosedCheck {
  if (open === 0) return well('quarantine', 'empty');
  return {
    check: 'quarantine',
    level: 'warn',
    detail: `${String(open)} open entries of ${service}`,
    remedy:
      'npm run potok -- quarantine list --help; mend the cause, then redrive them; dismiss what can never be used',
  };
}

function named(ids: readonly string[]): string {
  const more = ids.length - NAMES_SHOWN_MAX;
  return `${ids.slice(0, NAMES_SHOWN_MAX).join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}`;
}
