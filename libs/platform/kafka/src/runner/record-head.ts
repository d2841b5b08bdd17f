import { HEADER, STREAM_CLOSED_TYPE } from '../event-headers';
import type { LogRecord } from '../log';
import type { StreamPlace } from './stream-state';

/** What the runner reads of a stream's record: headers and key, never the value. */
export interface RecordHead extends StreamPlace {
  readonly streamKey: string;
  readonly eventId: string;
  readonly type: string;
  readonly value: Buffer;
  /** False for the end of an epoch where the handler did not ask for it: the runner itself understands it. */
  readonly handedOver: boolean;
}

const STREAM_KEY_BYTES_MAX = 512;
const IDENTIFIER_BYTES_MAX = 512;
const ZERO = 0x30;
const NINE = 0x39;
const SAFE_DIGITS = 15;

interface KnownType {
  readonly bytes: Buffer;
  readonly type: string;
  readonly known: boolean;
  readonly closes: boolean;
  readonly handedOver: boolean;
}

/** Reads heads; remembers the last type and key, which repeat from record to record. */
export class HeadReader {
  private readonly types: ReadonlySet<string>;
  private lastType: KnownType | null = null;
  private lastKeyBytes: Buffer | null = null;
  private lastKey = '';

  constructor(types: readonly string[]) {
    this.types = new Set(types);
  }

  /** Null for a record that cannot belong to a stream: no key, no value, headers absent or unreadable. */
  read(record: LogRecord): RecordHead | null {
    const { key, value, headers } = record;
    const typeBytes = headers[HEADER.type];
    const idBytes = headers[HEADER.id];
    if (key === null || value === null || !isIdentifier(typeBytes) || !isIdentifier(idBytes)) return null;
    const epoch = positiveInteger(headers[HEADER.epoch]);
    const seq = positiveInteger(headers[HEADER.seq]);
    if (epoch === 0 || seq === 0 || key.length === 0 || key.length > STREAM_KEY_BYTES_MAX || key.includes(0))
      return null;
    const { type, known, closes, handedOver } = this.typeOf(typeBytes);
    const mustUnderstand = isTrue(headers[HEADER.mustUnderstand]);
    const streamKey = this.keyOf(key);
    const eventId = idBytes.toString('utf8');
    return { streamKey, epoch, seq, eventId, type, known, mustUnderstand, closes, handedOver, value };
  }

  private typeOf(bytes: Buffer): KnownType {
    const last = this.lastType;
    if (last?.bytes.equals(bytes) === true) return last;
    const type = bytes.toString('utf8');
    const closes = type === STREAM_CLOSED_TYPE;
    const handedOver = this.types.has(type);
    this.lastType = { bytes, type, closes, handedOver, known: handedOver || closes };
    return this.lastType;
  }

  private keyOf(bytes: Buffer): string {
    if (this.lastKeyBytes?.equals(bytes) === true) return this.lastKey;
    this.lastKeyBytes = bytes;
    this.lastKey = bytes.toString('utf8');
    return this.lastKey;
  }
}

/** The number that these ASCII digits write, 0 when they are not a positive safe integer. */
export function positiveInteger(bytes: Buffer | undefined): number {
  if (bytes === undefined || bytes.length === 0 || bytes.length > SAFE_DIGITS) return 0;
  let value = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const digit = bytes[index] ?? 0;
    if (digit < ZERO || digit > NINE) return 0;
    value = value * 10 + (digit - ZERO);
  }
  return value;
}

function isIdentifier(bytes: Buffer | undefined): bytes is Buffer {
  return (
    bytes !== undefined && bytes.length > 0 && bytes.length <= IDENTIFIER_BYTES_MAX && !bytes.includes(0)
  );
}

/** `true`, letter by letter: a conversion to a string would cost more than all the rest. */
function isTrue(bytes: Buffer | undefined): boolean {
  return (
    bytes?.length === 4 && bytes[0] === 0x74 && bytes[1] === 0x72 && bytes[2] === 0x75 && bytes[3] === 0x65
  );
}
