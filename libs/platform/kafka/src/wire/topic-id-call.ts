import Encoder from 'kafkajs/src/protocol/encoder';
import type { ProtocolCall } from 'kafkajs/src/cluster';
import { ByteReader } from './byte-reader';
import { ByteWriter } from './byte-writer';

const API_KEY = 3;
/** The first version (Kafka 2.8) whose answer names topics by id when it is asked by name. */
const API_VERSION = 12;
const UUID_BYTES = 16;

export interface TopicId {
  readonly topic: string;
  readonly errorCode: number;
  /** 32 hexadecimal digits: another one after the topic was deleted and made anew. */
  readonly id: string;
}

/** The request header of flexible versions ends with tagged fields: the leading zero byte is theirs. */
function encodeMetadata(topic: string): Buffer {
  return new ByteWriter()
    .int8(0)
    .unsignedVarint(2)
    .raw(Buffer.alloc(UUID_BYTES))
    .compactString(topic)
    .unsignedVarint(0)
    .int8(0)
    .int8(0)
    .unsignedVarint(0)
    .done();
}

function skipBrokers(reader: ByteReader): void {
  for (let left = reader.unsignedVarint() - 1; left > 0; left -= 1) {
    reader.position += 4;
    reader.compactString();
    reader.position += 4;
    reader.compactString();
    reader.skipTags();
  }
}

function decodeTopicId(bytes: Buffer): TopicId {
  const reader = new ByteReader(bytes);
  reader.skipTags();
  reader.position += 4;
  skipBrokers(reader);
  reader.compactString();
  reader.position += 4;
  reader.unsignedVarint();
  const errorCode = reader.int16();
  const topic = reader.compactString() ?? '';
  return { topic, errorCode, id: reader.slice(UUID_BYTES).toString('hex') };
}

/** Metadata (version 12) of one topic, read up to its id. */
export function topicIdCall(topic: string): ProtocolCall<TopicId> {
  return {
    request: {
      apiKey: API_KEY,
      apiVersion: API_VERSION,
      apiName: 'Metadata',
      encode: () => Promise.resolve(new Encoder().writeBuffer(encodeMetadata(topic))),
    },
    response: {
      decode: (bytes) => Promise.resolve(decodeTopicId(bytes)),
      parse: (id) => Promise.resolve(id),
    },
  };
}
