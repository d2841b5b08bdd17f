import { assert, present } from '@potok/kernel/assert';
import type { AssignmentParts } from './assignment';
import type { SeekRequest } from './runner-contract';

/**
 * Sets a partition's stored position to where an operator wants to go on, and answers it. Whoever has the partition
 * notices: a paused one goes on by itself, a running one is fenced and re-read. Streams are deduplicated by their
 * sequences as before, so going back repeats nothing and going forward shows as holes.
 */
export async function seekPosition(parts: AssignmentParts, { partition, to }: SeekRequest): Promise<number> {
  const { admin, scope, positions, database } = parts;
  const bounds = present(
    (await admin.bounds(scope.topic)).get(partition),
    `partition ${String(partition)} of ${scope.topic}`,
  );
  const position = typeof to === 'number' ? to : bounds[to];
  assert(position >= bounds.earliest && position <= bounds.end, 'the position is outside of the log');
  await database.tx(async (tx) => {
    await positions.create(tx, new Map([[partition, position]]));
    await positions.lock(tx, [partition]);
    await positions.move(tx, new Map([[partition, position]]));
  });
  return position;
}
