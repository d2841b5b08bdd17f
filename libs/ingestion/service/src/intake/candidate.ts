import { hash } from 'node:crypto';
import { readLine, usableDocument } from '@potok/ingestion-domain/read-line';
import type { ReadLine } from '@potok/ingestion-domain/read-line';
import { placeOf } from '@potok/ingestion-domain/register-place';
import type { RegisterPlace } from '@potok/ingestion-domain/register-place';
import { identityKey } from '@potok/ingestion-domain/identities';
import type { KnownIdentity } from '@potok/ingestion-domain/identities';
import type { RegisterDocument } from '@potok/ingestion-contracts/register-document';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import type { InboxLine, LineOutcome, UsableLine } from './inbox-line';

/** A line that may become a document: readable, authorised, its register known. */
export interface Candidate {
  /** Its place in the batch. */
  readonly index: number;
  readonly line: InboxLine;
  readonly sha256: Buffer;
  readonly sha256Text: string;
  readonly identities: readonly KnownIdentity[];
  readonly keys: readonly string[];
  /** The document as received. Parsed when it is asked for: a repeat never is, and a batch is never in memory whole. */
  readonly received: () => RegisterDocument;
  readonly place: RegisterPlace;
  readonly employeeSource: string;
}

/** A line that was decided by reading it alone. Its identities, where they could be read, count as received. */
export interface SetAside {
  readonly index: number;
  readonly identities: readonly KnownIdentity[];
  readonly line: InboxLine;
  /** Null where it is not known, or nobody's. */
  readonly place: RegisterPlace | null;
  readonly outcome: LineOutcome;
}

const NO_IDENTITIES: readonly KnownIdentity[] = [];

export function readCandidate(
  index: number,
  line: InboxLine,
  directory: OrganisationDirectory,
): Candidate | SetAside {
  if (line.rejection !== null) return refused(index, line, line.rejection);
  const credential = directory.credential(line.credentialId);
  if (credential === undefined) return refused(index, line, { code: 'registerNotInScope', field: null });
  const read = readOrTrust(line);
  if (read.verdict === 'rejected') return refused(index, line, read);
  const { identities, registerId } = read;
  const place = placeOf({ identities, registerId, scope: credential.scope }, directory);
  if (place === 'registerUnknown' || place === 'registerNotInScope') {
    return refused(index, line, { code: place, field: '/registerId' });
  }
  const keys = identities.map(identityKey);
  const whose = credential.scope.system ?? (typeof place === 'object' ? place.legalEntityId : null);
  const employees = whose === null ? {} : { employeeSource: whose };
  const held = (code: Extract<LineOutcome, { kind: 'held' }>['code'], field: string | null): SetAside => ({
    index,
    identities,
    line,
    place: place === 'seriesUnassigned' ? null : place,
    outcome: { kind: 'held', code, field, subjectKey: keys[0] ?? '', ...employees },
  });
  if (read.verdict === 'held') return held(read.code, read.field);
  if (place === 'seriesUnassigned') return held('seriesUnassigned', '/identities');
  const sha256Text = hash('sha256', line.bytes, 'hex');
  return {
    index,
    line,
    sha256: Buffer.from(sha256Text, 'hex'),
    sha256Text,
    identities,
    keys,
    received: read.received,
    place,
    employeeSource: credential.scope.system ?? place.legalEntityId,
  };
}

type Read =
  | Exclude<ReadLine, { verdict: 'usable' }>
  | ({ readonly verdict: 'usable'; readonly received: () => RegisterDocument } & UsableLine);

/** What the edge has judged by the same contract stands; anything else is read here. */
function readOrTrust({ bytes, usable }: InboxLine): Read {
  if (usable !== null)
    return { verdict: 'usable', ...usable, received: () => usableDocument(bytes.toString('utf8')) };
  const read = readLine(bytes.toString('utf8'));
  if (read.verdict !== 'usable') return read;
  const { verdict, identities, document } = read;
  return { verdict, identities, registerId: document.registerId ?? null, received: () => document };
}

function refused(
  index: number,
  line: InboxLine,
  { code, field }: Omit<Extract<LineOutcome, { kind: 'rejected' }>, 'kind'>,
): SetAside {
  return { index, identities: NO_IDENTITIES, line, place: null, outcome: { kind: 'rejected', code, field } };
}
