import { apiKeys, contentOf, frameOf, type RequestHeader } from './kafka-frames';

/** Where a broker is to be reached. */
export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

export type AddressOfProxy = (broker: BrokerAddress) => Promise<BrokerAddress>;

const correlationBytes = 4;
/** Newer versions are encoded in another way; kafkajs uses 6 and 2 at most. */
const newestMetadata = 8;
const newestFindCoordinator = 2;

/** The response with every broker's address replaced, so that clients stay behind the proxy. */
export async function rewriteAddresses(
  request: RequestHeader,
  response: Buffer,
  addressOf: AddressOfProxy,
): Promise<Buffer> {
  if (request.apiKey === apiKeys.metadata) {
    refuseAbove(newestMetadata, request);
    return rewriteMetadata(request.apiVersion, response, addressOf);
  }
  if (request.apiKey === apiKeys.findCoordinator) {
    refuseAbove(newestFindCoordinator, request);
    return rewriteCoordinator(request.apiVersion, response, addressOf);
  }
  return response;
}

function refuseAbove(newest: number, request: RequestHeader): void {
  if (request.apiVersion <= newest) return;
  const { apiKey, apiVersion } = request;
  throw new Error(
    `the proxy reads API ${String(apiKey)} up to version ${String(newest)}, not ${String(apiVersion)}`,
  );
}

async function rewriteMetadata(
  version: number,
  response: Buffer,
  addressOf: AddressOfProxy,
): Promise<Buffer> {
  const reader = new FieldReader(contentOf(response));
  reader.skip(correlationBytes + (version >= 3 ? 4 : 0));
  const brokerCount = reader.int32();
  const parts = [reader.passed()];
  for (let index = 0; index < brokerCount; index += 1) {
    const nodeId = reader.take(4);
    const address = await addressOf({ host: reader.text(), port: reader.int32() });
    parts.push(nodeId, encodeAddress(address));
    if (version >= 1) parts.push(reader.nullableText());
  }
  return frameOf(Buffer.concat([...parts, reader.rest()]));
}

async function rewriteCoordinator(
  version: number,
  response: Buffer,
  addressOf: AddressOfProxy,
): Promise<Buffer> {
  const reader = new FieldReader(contentOf(response));
  reader.skip(correlationBytes + (version >= 1 ? 4 : 0));
  const errorCode = reader.int16();
  if (errorCode !== 0) return response;
  if (version >= 1) reader.nullableText();
  reader.skip(4);
  const front = reader.passed();
  const address = await addressOf({ host: reader.text(), port: reader.int32() });
  return frameOf(Buffer.concat([front, encodeAddress(address), reader.rest()]));
}

function encodeAddress(address: BrokerAddress): Buffer {
  const host = Buffer.from(address.host, 'utf8');
  const encoded = Buffer.alloc(2 + host.length + 4);
  encoded.writeInt16BE(host.length, 0);
  host.copy(encoded, 2);
  encoded.writeInt32BE(address.port, 2 + host.length);
  return encoded;
}

/** Reads the fields of Kafka's older, fixed encoding one after another. */
class FieldReader {
  private offset = 0;

  constructor(private readonly bytes: Buffer) {}

  skip(count: number): void {
    this.offset += count;
  }

  take(count: number): Buffer {
    const taken = this.bytes.subarray(this.offset, this.offset + count);
    this.offset += count;
    return taken;
  }

  int16(): number {
    return this.take(2).readInt16BE(0);
  }

  int32(): number {
    return this.take(4).readInt32BE(0);
  }

  text(): string {
    return this.take(this.int16()).toString('utf8');
  }

  /** The field as encoded, its length included. */
  nullableText(): Buffer {
    const start = this.offset;
    this.skip(Math.max(0, this.int16()));
    return this.bytes.subarray(start, this.offset);
  }

  passed(): Buffer {
    return this.bytes.subarray(0, this.offset);
  }

  rest(): Buffer {
    return this.bytes.subarray(this.offset);
  }
}
