import type { Transactor } from '@potok/platform-postgres/tx';
import { partitionKey } from '../log';
import type { LogAdmin, LogBounds, OutOfRange, TopicPartition } from '../log';
import type { AppliedRepository } from './applied.repository';
import type { PartitionTable } from './partition-table';
import type { PositionRepository, PositionScope } from './position.repository';
import type { RunnerAlarm } from './runner-contract';

/** The topic was deleted and made anew under a running consumer. */
export class TopicReplaced extends Error {
  override readonly name = 'TopicReplaced';
}

export interface AssignmentParts {
  readonly database: Transactor;
  readonly admin: LogAdmin;
  readonly scope: PositionScope;
  readonly positions: PositionRepository;
  readonly applied: AppliedRepository;
  readonly table: PartitionTable;
  readonly onAlarm: (alarm: RunnerAlarm) => void;
}

/**
 * Where to start the assigned partitions: the positions of PostgreSQL, checked against the log's bounds. A partition
 * without a position starts at the earliest record. One whose position is out of range is left out: it is paused.
 */
export async function startPositions(
  parts: AssignmentParts,
  assigned: readonly TopicPartition[],
): Promise<ReadonlyMap<string, number>> {
  const { admin, scope, table, database, applied } = parts;
  if ((await admin.incarnation(scope.topic)) !== scope.incarnation) {
    throw new TopicReplaced(`${scope.topic} was deleted and made anew`);
  }
  const bounds = await admin.bounds(scope.topic);
  const partitions = assigned.map(({ partition }) => partition);
  const positions = await existingOrEarliest(parts, partitions, bounds);
  const halted = await applied.halted(database, partitions);
  const starts = new Map<string, number>();
  for (const partition of partitions) {
    const position = positions.get(partition);
    const known = bounds.get(partition);
    if (position === undefined || known === undefined) continue;
    const paused = !isWithin(position, known);
    table.assign(partition, { position, bounds: known, paused });
    if (paused)
      parts.onAlarm({ kind: 'partitionPaused', ...alarmOf(scope, { partition, position, bounds: known }) });
    else starts.set(partitionKey({ topic: scope.topic, partition }), position);
  }
  table.restoreHalted(halted);
  return starts;
}

/** Looks again at the log's bounds, and at paused partitions: they go on once their position is within them. */
export async function lookAgain(
  parts: AssignmentParts,
  seek: (partition: TopicPartition, position: number) => void,
): Promise<void> {
  const { table, scope, admin, database } = parts;
  if (table.assigned().length === 0) return;
  const bounds = await admin.bounds(scope.topic);
  for (const [partition, known] of bounds) table.updateBounds(partition, known);
  const paused = table.assigned().filter((partition) => table.isPaused(partition));
  if (paused.length === 0) return;
  for (const [partition, position] of await parts.positions.read(database, paused)) {
    const known = bounds.get(partition);
    if (known === undefined || !isWithin(position, known) || !table.isPaused(partition)) continue;
    table.resume(partition, position);
    parts.onAlarm({ kind: 'partitionContinued', ...alarmOf(scope, { partition, position, bounds: known }) });
    seek({ topic: scope.topic, partition }, position);
  }
}

export function alarmOf(
  { consumer, topic }: PositionScope,
  { partition, position, bounds }: Omit<OutOfRange, 'topic'>,
) {
  return { consumer, topic, partition, position, earliest: bounds.earliest, end: bounds.end };
}

function isWithin(position: number, { earliest, end }: LogBounds): boolean {
  return position >= earliest && position <= end;
}

async function existingOrEarliest(
  { database, positions }: AssignmentParts,
  partitions: readonly number[],
  bounds: ReadonlyMap<number, LogBounds>,
): Promise<ReadonlyMap<number, number>> {
  const existing = await positions.read(database, partitions);
  const missing = partitions.filter((partition) => !existing.has(partition));
  if (missing.length === 0) return existing;
  await positions.create(database, new Map(missing.map((one) => [one, bounds.get(one)?.earliest ?? 0])));
  return positions.read(database, partitions);
}
