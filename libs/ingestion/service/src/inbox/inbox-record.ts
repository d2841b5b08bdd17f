import { rejectionCodes } from '@potok/ingestion-contracts/outcome';
import type { RejectionCode } from '@potok/ingestion-contracts/outcome';
import type { KnownIdentity } from '@potok/ingestion-domain/identities';
import { HEADER } from '@potok/platform-kafka/event-headers';
import type { PlainRecord } from '@potok/platform-kafka/stream-event';
import type { CutLine, InboxLine, Rejection, UsableLine } from '../intake/inbox-line';

/** The one header of an inbox record: who sent the bytes, when they came, what the edge said. Its form has a version. */
export const INBOX_HEADER = 'potok-inbox';

type HeaderFields = Pick<InboxLine, 'receivedAtMs' | 'credentialId' | 'rejection' | 'usable' | 'cut'>;

/** Raised whenever a line that was usable may no longer be: then lines under way are validated again. */
const CONTRACT_REVISION = 1;

type Packed = readonly [
  form: 1,
  receivedAtMs: number,
  credentialId: string,
  rejection: readonly [string, string | null] | 0,
  cut: readonly [number, string] | 0,
  /** The contract by which the edge found it usable; 0 = it did not. */
  contractRevision: number,
  /** What it says of itself then. Absent where an older edge wrote the record: the line is read again. */
  usable?: PackedUsable | 0,
];

type PackedUsable = readonly [registerId: string | null, ...identities: PackedIdentity[]];

/** A number, both ends of a span, or an opaque id. */
type PackedIdentity =
  | readonly [scheme: string, series: string, idOrNumber: string | number]
  | readonly [scheme: string, series: string, from: number, to: number];

export function inboxHeader({ receivedAtMs, credentialId, rejection, usable, cut }: HeaderFields): string {
  const packed: Packed = [
    1,
    receivedAtMs,
    credentialId,
    rejection === null ? 0 : [rejection.code, rejection.field],
    cut === null ? 0 : [cut.byteLength, cut.sha256],
    usable === null ? 0 : CONTRACT_REVISION,
    usable === null ? 0 : [usable.registerId, ...usable.identities.map(packedIdentity)],
  ];
  return JSON.stringify(packed);
}

/** Throws SyntaxError for a record that no edge has written: the runner puts it into quarantine. */
export function inboxLineOf(record: PlainRecord): InboxLine {
  const header = record.headers[INBOX_HEADER];
  if (header === undefined || record.value === null) throw new SyntaxError('not a record of the inbox');
  const packed = JSON.parse(header.toString('utf8')) as unknown;
  if (!isPacked(packed)) throw new SyntaxError('the header of an inbox record cannot be read');
  const [, receivedAtMs, credentialId, rejection, cut, contractRevision, usable = 0] = packed;
  return {
    bytes: record.value,
    receivedAtMs,
    credentialId,
    rejection: rejection === 0 ? null : rejectionFrom(rejection),
    usable: contractRevision === CONTRACT_REVISION && usable !== 0 ? usableFrom(usable) : null,
    cut: cut === 0 ? null : cutFrom(cut),
    traceparent: record.headers[HEADER.traceparent]?.toString('latin1') ?? null,
    entryId: null,
  };
}

function isPacked(value: unknown): value is Packed {
  return (
    Array.isArray(value) && value[0] === 1 && typeof value[1] === 'number' && typeof value[2] === 'string'
  );
}

const KNOWN_CODES: ReadonlySet<string> = new Set(rejectionCodes);

function rejectionFrom([code, field]: readonly [string, string | null]): Rejection {
  if (!KNOWN_CODES.has(code)) throw new SyntaxError('the header of an inbox record names an unknown code');
  return { code: code as RejectionCode, field };
}

function cutFrom([byteLength, sha256]: readonly [number, string]): CutLine {
  return { byteLength, sha256 };
}

function packedIdentity(identity: KnownIdentity): PackedIdentity {
  const { scheme, series } = identity;
  if (identity.kind === 'number') return [scheme, series, identity.number];
  if (identity.kind === 'opaque') return [scheme, series, identity.opaqueId];
  return [scheme, series, identity.from, identity.to];
}

function usableFrom([registerId, ...identities]: PackedUsable): UsableLine {
  if (identities.length === 0) throw new SyntaxError('the header of an inbox record names no document');
  return { registerId, identities: identities.map(identityFrom) };
}

function identityFrom([scheme, series, first, to]: PackedIdentity): KnownIdentity {
  if (typeof first === 'string') return { kind: 'opaque', scheme, series, opaqueId: first };
  return to === undefined
    ? { kind: 'number', scheme, series, number: first }
    : { kind: 'span', scheme, series, from: first, to };
}
