import { setTimeout as sleep } from 'node:timers/promises';
import type Cluster from 'kafkajs/src/cluster';
import { protocolType } from './errors';

export interface FormerMember {
  readonly groupId: string;
  readonly memberId: string;
}

const ATTEMPTS = 20;
const DELAY_MS = 300;

/**
 * Takes a member that crashed out of its group. The group would wait for its session to run out before it gives its
 * partitions to anybody. Best effort: without it that wait is all that is lost.
 */
export async function leaveGroup(cluster: Cluster, member: FormerMember): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    try {
      const coordinator = await cluster.findGroupCoordinator({ groupId: member.groupId });
      await coordinator.leaveGroup(member);
      return;
    } catch (error) {
      if (protocolType(error) !== 'GROUP_LOAD_IN_PROGRESS') return;
      await sleep(DELAY_MS);
    }
  }
}
