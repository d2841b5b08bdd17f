import { rewriteAddresses } from './kafka-addresses';
import { apiKeys, contentOf, FrameSplitter, frameOf, requestHeaderOf } from './kafka-frames';
import { seededRandom } from './seeded-random';

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  const length = Buffer.alloc(2);
  length.writeInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

const absentText = Buffer.from([0xff, 0xff]);
const noError = Buffer.from([0, 0]);
const proxyAddress = async () => Promise.resolve({ host: 'proxy.example', port: 1234 });

describe('FrameSplitter', () => {
  it('finds the same frames however the bytes arrive', () => {
    const frames = [Buffer.from('one'), Buffer.alloc(0), Buffer.from('the third frame')].map(frameOf);
    const bytes = Buffer.concat(frames);
    for (let chunkBytes = 1; chunkBytes <= bytes.length; chunkBytes += 1) {
      const splitter = new FrameSplitter();
      const found: Buffer[] = [];
      for (let offset = 0; offset < bytes.length; offset += chunkBytes) {
        found.push(...splitter.push(bytes.subarray(offset, offset + chunkBytes)));
      }
      expect(found.map((frame) => contentOf(frame).toString())).toEqual(['one', '', 'the third frame']);
    }
  });

  it('refuses what is not Kafka’s protocol', () => {
    expect(() => new FrameSplitter().push(Buffer.from('GET / HTTP/1.1'))).toThrow("not Kafka's protocol");
  });
});

describe('requestHeaderOf', () => {
  it('reads API, version and correlation', () => {
    const frame = frameOf(Buffer.concat([Buffer.from([0, 3, 0, 6]), int32(77), text('client')]));
    expect(requestHeaderOf(frame)).toEqual({ apiKey: 3, apiVersion: 6, correlationId: 77 });
  });
});

describe('rewriteAddresses', () => {
  it.each([1, 3, 6])(
    'replaces every broker of a metadata response, version %d, and nothing else',
    async (version) => {
      const throttle = version >= 3 ? [int32(0)] : [];
      const broker = (nodeId: number, host: string, port: number): Buffer =>
        Buffer.concat([int32(nodeId), text(host), int32(port), nodeId === 1 ? absentText : text('rack')]);
      const response = (...brokers: Buffer[]): Buffer =>
        frameOf(
          Buffer.concat([int32(5), ...throttle, int32(2), ...brokers, Buffer.from('clusters and topics')]),
        );
      const rewritten = await rewriteAddresses(
        { apiKey: apiKeys.metadata, apiVersion: version, correlationId: 5 },
        response(broker(1, 'one', 9092), broker(2, 'two.example', 9093)),
        proxyAddress,
      );
      expect(rewritten).toEqual(response(broker(1, 'proxy.example', 1234), broker(2, 'proxy.example', 1234)));
    },
  );

  it.each([0, 1, 2])('replaces the coordinator, version %d', async (version) => {
    const front = version >= 1 ? [int32(0), noError, absentText] : [noError];
    const response = (host: string, port: number): Buffer =>
      frameOf(Buffer.concat([int32(5), ...front, int32(1), text(host), int32(port)]));
    const rewritten = await rewriteAddresses(
      { apiKey: apiKeys.findCoordinator, apiVersion: version, correlationId: 5 },
      response('one', 9092),
      proxyAddress,
    );
    expect(rewritten).toEqual(response('proxy.example', 1234));
  });

  it('says which versions it cannot read instead of letting clients past it', async () => {
    const request = { apiKey: apiKeys.metadata, apiVersion: 12, correlationId: 1 };
    await expect(rewriteAddresses(request, frameOf(int32(1)), proxyAddress)).rejects.toThrow(
      'up to version 8',
    );
  });
});

describe('seededRandom', () => {
  it('repeats itself for a seed and differs between seeds', () => {
    const numbers = (seed: number): number[] => Array.from({ length: 5 }, seededRandom(seed));
    expect(numbers(1)).toEqual(numbers(1));
    expect(numbers(1)).not.toEqual(numbers(2));
    expect(numbers(1).every((value) => value >= 0 && value < 1)).toBe(true);
  });
});
