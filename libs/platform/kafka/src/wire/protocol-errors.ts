/** The protocol's error codes that this library treats by itself; others are reported by number. */
export const ERROR = {
  none: 0,
  offsetOutOfRange: 1,
  corruptMessage: 2,
  unknownTopicOrPartition: 3,
  leaderNotAvailable: 5,
  notLeader: 6,
  requestTimedOut: 7,
  replicaNotAvailable: 9,
  messageTooLarge: 10,
  networkException: 13,
  notEnoughReplicas: 19,
  notEnoughReplicasAfterAppend: 20,
  storageError: 56,
  fencedLeaderEpoch: 74,
  unknownLeaderEpoch: 75,
  offsetNotAvailable: 78,
  unknownTopicId: 100,
  throttlingQuotaExceeded: 89,
} as const;

const NAMES = new Map<number, string>(Object.entries(ERROR).map(([name, code]) => [code, name]));

/** The same request may succeed later, once the cluster's metadata is read again. */
const PASSING: ReadonlySet<number> = new Set([
  ERROR.unknownTopicOrPartition,
  ERROR.leaderNotAvailable,
  ERROR.notLeader,
  ERROR.requestTimedOut,
  ERROR.replicaNotAvailable,
  ERROR.networkException,
  ERROR.notEnoughReplicas,
  ERROR.notEnoughReplicasAfterAppend,
  ERROR.storageError,
  ERROR.fencedLeaderEpoch,
  ERROR.unknownLeaderEpoch,
  ERROR.offsetNotAvailable,
  ERROR.throttlingQuotaExceeded,
]);

export function isPassing(code: number): boolean {
  return PASSING.has(code);
}

/** The broker refused a request about one partition. */
export class LogProtocolError extends Error {
  override readonly name = 'LogProtocolError';

  constructor(
    readonly code: number,
    readonly topic: string,
    readonly partition: number,
  ) {
    super(
      `broker answered ${NAMES.get(code) ?? 'error'} (${String(code)}) for ${topic}/${String(partition)}`,
    );
  }
}

/** The topic is not declared on the cluster: it is created from the contracts, never by use. */
export class UnknownTopicError extends Error {
  override readonly name = 'UnknownTopicError';

  constructor(readonly topics: readonly string[]) {
    super(`no such topic on the cluster: ${topics.join(', ')}`);
  }
}
