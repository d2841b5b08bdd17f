import Encoder from 'kafkajs/src/protocol/encoder';
import type { ProtocolCall } from 'kafkajs/src/cluster';
import { ByteReader } from './byte-reader';
import { ByteWriter } from './byte-writer';

const API_KEY = 0;
const API_VERSION = 7;
const ACKS_ALL = -1;

export interface ProducePartition {
  readonly topic: string;
  readonly partition: number;
  readonly recordBatch: Buffer;
}

export interface ProducedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  readonly baseOffset: number;
}

function byTopic(partitions: readonly ProducePartition[]): ReadonlyMap<string, ProducePartition[]> {
  const topics = new Map<string, ProducePartition[]>();
  for (const one of partitions) {
    const ofTopic = topics.get(one.topic);
    if (ofTopic === undefined) topics.set(one.topic, [one]);
    else ofTopic.push(one);
  }
  return topics;
}

function encodeProduce(partitions: readonly ProducePartition[], timeoutMs: number): Buffer {
  const topics = byTopic(partitions);
  const sizeHint = partitions.reduce((sum, { recordBatch }) => sum + recordBatch.length + 64, 64);
  const writer = new ByteWriter(sizeHint).string(null).int16(ACKS_ALL).int32(timeoutMs).int32(topics.size);
  for (const [topic, ofTopic] of topics) {
    writer.string(topic).int32(ofTopic.length);
    for (const { partition, recordBatch } of ofTopic) {
      writer.int32(partition).int32(recordBatch.length).raw(recordBatch);
    }
  }
  return writer.done();
}

function decodeProduce(bytes: Buffer): readonly ProducedPartition[] {
  const reader = new ByteReader(bytes);
  const produced: ProducedPartition[] = [];
  for (let topics = reader.int32(); topics > 0; topics -= 1) {
    const topic = reader.string();
    for (let left = reader.int32(); left > 0; left -= 1) {
      const partition = reader.int32();
      const errorCode = reader.int16();
      const baseOffset = reader.int64();
      reader.position += 16;
      produced.push({ topic, partition, errorCode, baseOffset });
    }
  }
  return produced;
}

/** Produce (version 7) with acks=all; the answer is given per partition, refusals included. */
export function produceCall(
  partitions: readonly ProducePartition[],
  timeoutMs: number,
): ProtocolCall<readonly ProducedPartition[]> {
  return {
    request: {
      apiKey: API_KEY,
      apiVersion: API_VERSION,
      apiName: 'Produce',
      encode: () => Promise.resolve(new Encoder(1).writeBuffer(encodeProduce(partitions, timeoutMs))),
    },
    response: {
      decode: (bytes) => Promise.resolve(decodeProduce(bytes)),
      parse: (produced) => Promise.resolve(produced),
    },
  };
}
