import { isUtf8 } from 'node:buffer';
import type { HoldCode, RejectionCode } from '@potok/ingestion-contracts/outcome';
import { seriesKey } from '@potok/ingestion-domain/identities';
import { readLine } from '@potok/ingestion-domain/read-line';
import { placeOf } from '@potok/ingestion-domain/register-place';
import type { PlaceDirectory, PlaceFault, RegisterPlace } from '@potok/ingestion-domain/register-place';
import type { NdjsonLine } from '@potok/platform-http/ndjson-lines';
import type { UsableLine } from '../intake/inbox-line';
import type { KnownCredential } from '../organisation-copy/organisation-directory';

/** What the edge says of a line, and the key that spreads it over the inbox. */
export interface Judgement {
  readonly outcome: 'accepted' | 'held' | 'rejected';
  readonly code: HoldCode | RejectionCode | null;
  readonly field: string | null;
  /** The store that is believed in, else the series, else the sender. */
  readonly key: string;
  /** What an accepted line says of itself: the intake need not read it again to know the document. */
  readonly usable: UsableLine | null;
}

export function judgeLine(
  line: Pick<NdjsonLine, 'bytes' | 'overlong' | 'unterminated'>,
  credential: KnownCredential,
  directory: PlaceDirectory,
): Judgement {
  const refused = (code: RejectionCode, field: string | null): Judgement => ({
    outcome: 'rejected',
    code,
    field,
    key: credential.credentialId,
    usable: null,
  });
  if (line.overlong !== null) return refused('lineTooLong', null);
  if (!isUtf8(line.bytes)) return refused('invalidUnicode', null);
  const read = readLine(line.bytes.toString('utf8'));
  if (read.verdict === 'rejected') {
    const cut = read.code === 'invalidJson' && line.unterminated === true;
    return refused(cut ? 'bodyTruncated' : read.code, read.field);
  }
  const registerId = read.verdict === 'held' ? read.registerId : (read.document.registerId ?? null);
  const { identities } = read;
  const place = placeOf({ identities, registerId, scope: credential.scope }, directory);
  if (place === 'registerUnknown' || place === 'registerNotInScope') return refused(place, '/registerId');
  const [first] = identities;
  const key =
    keyOf(place) ?? (first === undefined ? credential.credentialId : seriesKey(first.scheme, first.series));
  if (read.verdict === 'held')
    return { outcome: 'held', code: read.code, field: read.field, key, usable: null };
  return { outcome: 'accepted', code: null, field: null, key, usable: { identities, registerId } };
}

function keyOf(place: RegisterPlace | PlaceFault): string | null {
  return typeof place === 'object' ? place.storeId : null;
}
