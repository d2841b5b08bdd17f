const mebibyte = 1024 * 1024;
/** Of one message, so that batches of 4 MiB fit with their overhead. */
const largestMessageBytes = 4 * mebibyte + 64 * 1024;

/** The properties of a single broker with a controller named CONTROLLER, wherever it runs; without its addresses. */
export function brokerSettings(): Record<string, string | number> {
  return {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.listener.names': 'CONTROLLER',
    'auto.create.topics.enable': 'false',
    'message.max.bytes': largestMessageBytes,
    'replica.fetch.max.bytes': largestMessageBytes,
    'group.initial.rebalance.delay.ms': 0,
    // A killed broker is let back in when its former life's session is over: 9 s by default.
    'broker.session.timeout.ms': 3_000,
    'broker.heartbeat.interval.ms': 500,
    ...singleCopy(),
    ...smallFootprint(),
  };
}

function singleCopy(): Record<string, number> {
  return {
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
  };
}

// The defaults (50 partitions of each internal topic, 10 MiB of preallocated index per segment, a cleaner's buffer
// of 128 MiB) are made for clusters.
function smallFootprint(): Record<string, number> {
  return {
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.num.partitions': 4,
    'log.segment.bytes': 16 * mebibyte,
    'log.index.size.max.bytes': mebibyte,
    'log.cleaner.dedupe.buffer.size': 16 * mebibyte,
    'num.network.threads': 2,
    'num.io.threads': 2,
  };
}
