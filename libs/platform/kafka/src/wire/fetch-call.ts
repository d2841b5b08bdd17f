import Encoder from 'kafkajs/src/protocol/encoder';
import type { ProtocolCall } from 'kafkajs/src/cluster';
import { ByteReader } from './byte-reader';
import { ByteWriter } from './byte-writer';

const API_KEY = 1;
const API_VERSION = 11;

export interface FetchPartition {
  readonly topic: string;
  readonly partition: number;
  readonly fromOffset: number;
}

export interface FetchLimits {
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly maxBytesPerPartition: number;
}

export interface FetchedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: number;
  /** Record batches as stored, the last one possibly cut off. */
  readonly bytes: Buffer;
}

/** Consecutive partitions of one topic share its name; their order is kept: the broker fills them in this order. */
function byTopicRuns(partitions: readonly FetchPartition[]): FetchPartition[][] {
  const runs: FetchPartition[][] = [];
  for (const partition of partitions) {
    const run = runs.at(-1);
    if (run?.[0]?.topic === partition.topic) run.push(partition);
    else runs.push([partition]);
  }
  return runs;
}

function encodeFetch(partitions: readonly FetchPartition[], limits: FetchLimits): Buffer {
  const writer = new ByteWriter(64 + partitions.length * 64)
    .int32(-1)
    .int32(limits.maxWaitMs)
    .int32(limits.minBytes)
    .int32(limits.maxBytes)
    .int8(0)
    .int32(0)
    .int32(-1);
  const runs = byTopicRuns(partitions);
  writer.int32(runs.length);
  for (const run of runs) {
    writer.string(run[0]?.topic ?? '').int32(run.length);
    for (const { partition, fromOffset } of run) {
      writer.int32(partition).int32(-1).int64(fromOffset).int64(-1).int32(limits.maxBytesPerPartition);
    }
  }
  return writer.int32(0).string('').done();
}

function readPartition(reader: ByteReader, topic: string): FetchedPartition {
  const partition = reader.int32();
  const errorCode = reader.int16();
  const highWatermark = reader.int64();
  reader.position += 16;
  const aborted = reader.int32();
  reader.position += 16 * Math.max(aborted, 0) + 4;
  const length = reader.int32();
  return { topic, partition, errorCode, highWatermark, bytes: reader.slice(Math.max(length, 0)) };
}

function decodeFetch(bytes: Buffer): readonly FetchedPartition[] {
  const reader = new ByteReader(bytes);
  reader.position += 10;
  const fetched: FetchedPartition[] = [];
  for (let topics = reader.int32(); topics > 0; topics -= 1) {
    const topic = reader.string();
    for (let left = reader.int32(); left > 0; left -= 1) fetched.push(readPartition(reader, topic));
  }
  return fetched;
}

/** Fetch (version 11), uncommitted records included: nothing here is written in Kafka's transactions. */
export function fetchCall(
  partitions: readonly FetchPartition[],
  limits: FetchLimits,
): ProtocolCall<readonly FetchedPartition[]> {
  return {
    request: {
      apiKey: API_KEY,
      apiVersion: API_VERSION,
      apiName: 'Fetch',
      encode: () => Promise.resolve(new Encoder().writeBuffer(encodeFetch(partitions, limits))),
    },
    response: {
      decode: (bytes) => Promise.resolve(decodeFetch(bytes)),
      parse: (fetched) => Promise.resolve(fetched),
    },
  };
}
