import type { RegisterDocument } from '@potok/ingestion-contracts/register-document';
import { toInstant } from '@potok/kernel/clock';
import type { CanonicalDocument, CanonicalLine } from '@potok/retail/document/canonical-document';
import type { ZoneOffsets } from '@potok/retail/time/zone-offsets';
import { documentTime } from '../canonical/document-time';
import { Findings } from '../canonical/findings';
import type { RegisterPlace } from '../register-place';

export interface Move {
  readonly to: RegisterPlace;
  /** Where lines without a location of their own stood: the register's that it leaves; null = not known any more. */
  readonly leftLocationId: string | null;
  readonly zones: ZoneOffsets;
}

/**
 * The document as it stands at another register: its place, the locations of its lines, and what of its times follows
 * from the zone and the day of the store. What the document itself states stays.
 */
export function moveDocument(document: CanonicalDocument, move: Move): CanonicalDocument {
  const { to } = move;
  return {
    ...document,
    storeId: to.storeId,
    storeNo: to.storeNo,
    registerId: to.registerId,
    registerNo: to.registerNo,
    legalEntityId: to.legalEntityId,
    time: movedTime(document.time, move),
    lines: document.lines.map((line) => movedLine(line, move)),
  };
}

/** A location of the new store's own stays; what stood at the old register stands at the new one. */
function movedLine(line: CanonicalLine, { to, leftLocationId }: Move): CanonicalLine {
  const own = line.stockLocationId === leftLocationId ? undefined : to.locationNos.get(line.stockLocationId);
  if (own !== undefined) return { ...line, stockLocationNo: own };
  return { ...line, stockLocationId: to.locationId, stockLocationNo: to.locationNo };
}

type DocumentTime = CanonicalDocument['time'];

function movedTime(time: DocumentTime, { to, zones }: Move): DocumentTime {
  const believed = time.timeQuality === 'stated' || time.timeQuality === 'minute';
  if (!believed || time.occurredAtLocal === null) return time;
  const receivedAtMs = Date.parse(time.receivedAt);
  const context = { place: to, receivedAtMs, previousLedgerMs: null, zones, findings: new Findings() };
  const anew = documentTime(statedOf(time, time.occurredAtLocal), context);
  const clamped = time.ledgerAt !== time.occurredAt;
  const keepsDay = time.businessDateRule === 'shiftOpen';
  return {
    ...time,
    occurredAt: anew.occurredAt,
    timeZone: anew.timeZone,
    zoneSource: anew.zoneSource,
    ledgerAt: clamped ? time.ledgerAt : toInstant(Math.min(Date.parse(anew.occurredAt), receivedAtMs)),
    localDate: anew.localDate,
    businessDate: keepsDay ? time.businessDate : anew.businessDate,
    businessDateRule: keepsDay ? time.businessDateRule : anew.businessDateRule,
  };
}

/** What of the times was stated by the document, for them to be decided anew. */
function statedOf(time: DocumentTime, occurredAtLocal: string): RegisterDocument {
  const { zoneSource, businessDateRule } = time;
  return {
    type: 'receipt',
    identities: [],
    occurredAtLocal,
    ...(zoneSource === 'sourceOffset' ? { zoneOffset: time.timeZone } : {}),
    ...(businessDateRule === 'sourceOperDay' ? { operationalDate: time.businessDate } : {}),
  };
}
