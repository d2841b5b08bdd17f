import type { RegisterDocument } from '@potok/ingestion-contracts/register-document';
import type { CanonicalDocument } from '@potok/retail/document/canonical-document';
import { decideBusinessDate } from '@potok/retail/time/business-date';
import { dateOf, isCalendarDate, parseLocalTime, parseOffset } from '@potok/retail/time/local-time';
import type { LocalTime } from '@potok/retail/time/local-time';
import type { ZoneOffsets } from '@potok/retail/time/zone-offsets';
import { toInstant } from '@potok/kernel/clock';
import type { RegisterPlace } from '../register-place';
import type { Findings } from './findings';

type DocumentTime = CanonicalDocument['time'];

export interface TimeContext {
  readonly place: RegisterPlace;
  readonly receivedAtMs: number;
  /** ledgerAt of the series' previous document; null when it is not known. */
  readonly previousLedgerMs: number | null;
  readonly zones: ZoneOffsets;
  readonly findings: Findings;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How far a register's clock may run ahead of ours before nobody believes it. */
const AHEAD_MAX_MS = 24 * HOUR_MS;
const SHIFT_MAX_MS = 25 * HOUR_MS;
/** Online registers (54-ФЗ) came in 2016: no document is older. */
const EARLIEST_MS = Date.UTC(2016, 0, 1);

interface StatedTime {
  readonly localMs: number;
  readonly utcMs: number;
  readonly offsetMs: number;
  readonly quality: DocumentTime['timeQuality'];
}

/** Decides every time of a document from what it states and when it was received (register-document §5). */
export function documentTime(document: RegisterDocument, context: TimeContext): DocumentTime {
  const { place, receivedAtMs, zones } = context;
  const stated = statedTime(document, context);
  const believed = stated.quality === 'stated' || stated.quality === 'minute';
  const openedLocalMs = openedMs(document);
  const ledgerMs = clampedLedgerMs(stated, openedLocalMs, context);
  const localMs = stated.utcMs + (believed ? zones.offsetAt(place.timeZone, stated.utcMs) : stated.offsetMs);
  const day = decideBusinessDate(
    {
      operationalDate: operationalDay(document, context.findings),
      shiftOpenedLocalMs: openedLocalMs,
      occurredLocalMs: believed ? stated.localMs : ledgerMs + zones.offsetAt(place.timeZone, ledgerMs),
      clockBelieved: believed,
    },
    place.dayCutover,
  );
  const hasOffset = document.zoneOffset !== undefined && document.occurredAtLocal !== undefined;
  const occurredAt = toInstant(stated.utcMs);
  return {
    occurredAt,
    occurredAtLocal: stated.quality === 'missing' ? null : (document.occurredAtLocal ?? null),
    timeZone: hasOffset ? (document.zoneOffset ?? place.timeZone) : place.timeZone,
    zoneSource: hasOffset ? 'sourceOffset' : 'store',
    timeQuality: stated.quality,
    clockSkewMs: stated.quality === 'implausible' ? stated.utcMs - receivedAtMs : undefined,
    ledgerAt: ledgerMs === stated.utcMs ? occurredAt : toInstant(ledgerMs),
    receivedAt: toInstant(receivedAtMs),
    localDate: dateOf(localMs),
    businessDate: day.businessDate,
    businessDateRule: day.rule,
  };
}

function statedTime(document: RegisterDocument, context: TimeContext): StatedTime {
  const { receivedAtMs, zones, findings, place } = context;
  const local = document.occurredAtLocal === undefined ? null : parseLocalTime(document.occurredAtLocal);
  if (local === null) {
    if (document.occurredAtLocal !== undefined) findings.note('clockImplausible', '/occurredAtLocal');
    const offsetMs = zones.offsetAt(place.timeZone, receivedAtMs);
    return { localMs: receivedAtMs + offsetMs, utcMs: receivedAtMs, offsetMs, quality: 'missing' };
  }
  return believedOrNot(local, document, context);
}

function believedOrNot(local: LocalTime, document: RegisterDocument, context: TimeContext): StatedTime {
  const { receivedAtMs, zones, findings, place } = context;
  const stated = document.zoneOffset === undefined ? null : parseOffset(document.zoneOffset);
  const near = local.localMs > EARLIEST_MS && local.localMs - receivedAtMs < 2 * AHEAD_MAX_MS;
  const utcMs = near
    ? stated === null
      ? zones.toUtc(place.timeZone, local.localMs)
      : local.localMs - stated
    : local.localMs - (stated ?? zones.offsetAt(place.timeZone, receivedAtMs));
  const { localMs } = local;
  const offsetMs = localMs - utcMs;
  if (near && utcMs - receivedAtMs <= AHEAD_MAX_MS) {
    return { localMs, utcMs, offsetMs, quality: local.hasSeconds ? 'stated' : 'minute' };
  }
  findings.note('clockImplausible', '/occurredAtLocal');
  return { localMs, utcMs: withinYears(utcMs), offsetMs, quality: 'implausible' };
}

/** An instant has four digits of a year. */
function withinYears(utcMs: number): number {
  return Math.min(Math.max(utcMs, Date.UTC(1000, 0, 1)), Date.UTC(9999, 0, 1));
}

function operationalDay({ operationalDate }: RegisterDocument, findings: Findings): string | null {
  if (operationalDate === undefined || isCalendarDate(operationalDate)) return operationalDate ?? null;
  findings.note('unknownCode', '/operationalDate');
  return null;
}

function openedMs(document: RegisterDocument): number | null {
  if (document.shiftOpenedAtLocal === undefined) return null;
  return parseLocalTime(document.shiftOpenedAtLocal)?.localMs ?? null;
}

/** Clamped to [shift opened or the series' previous document, received]; a clock that nobody believes says nothing. */
function clampedLedgerMs(stated: StatedTime, openedLocalMs: number | null, context: TimeContext): number {
  const { receivedAtMs, previousLedgerMs, findings } = context;
  const openedUtcMs = openedLocalMs === null ? null : openedLocalMs - stated.offsetMs;
  const openedNearby = openedUtcMs !== null && Math.abs(stated.utcMs - openedUtcMs) <= SHIFT_MAX_MS;
  const believed = stated.quality === 'stated' || stated.quality === 'minute';
  const floorMs = believed ? Number.NEGATIVE_INFINITY : receivedAtMs;
  const earliestMs = (openedNearby ? openedUtcMs : previousLedgerMs) ?? floorMs;
  const ledgerMs = Math.min(Math.max(stated.utcMs, earliestMs), receivedAtMs);
  if (Math.abs(ledgerMs - stated.utcMs) >= MINUTE_MS) findings.note('clockMoved', '/occurredAtLocal');
  return ledgerMs;
}
