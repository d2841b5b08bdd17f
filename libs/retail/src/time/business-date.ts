import { dateOf } from './local-time';

export type BusinessDateRule = 'sourceOperDay' | 'shiftOpen' | 'cutover' | 'clock';

export interface BusinessDate {
  readonly businessDate: string;
  readonly rule: BusinessDateRule;
}

/** What a document itself says about its day. Local moments in milliseconds, as if they were UTC. */
export interface StatedDay {
  /** The operational day of the till software, `YYYY-MM-DD`. */
  readonly operationalDate: string | null;
  readonly shiftOpenedLocalMs: number | null;
  readonly occurredLocalMs: number;
  /** False when the clock is missing or not to be believed: then `occurredLocalMs` is another clock's. */
  readonly clockBelieved: boolean;
}

const MINUTE_MS = 60_000;
const SHIFT_HOURS_MAX_MS = 25 * 3_600_000;

/**
 * The business date, decided once: the source's operational day, else the day on which the shift was opened, else
 * the local date, where what happens before the store's cut-over belongs to the day before.
 */
export function decideBusinessDate(stated: StatedDay, dayCutover: string): BusinessDate {
  if (stated.operationalDate !== null) return { businessDate: stated.operationalDate, rule: 'sourceOperDay' };
  const cutoverMs = cutoverToMs(dayCutover);
  const opened = stated.shiftOpenedLocalMs;
  if (opened !== null && stated.clockBelieved && isWithinShift(opened, stated.occurredLocalMs)) {
    return { businessDate: dateOf(opened - cutoverMs), rule: 'shiftOpen' };
  }
  const rule = stated.clockBelieved ? 'cutover' : 'clock';
  return { businessDate: dateOf(stated.occurredLocalMs - cutoverMs), rule };
}

/** A shift lasts at most 24 hours; an opening that lies elsewhere is another shift's or a wrong clock's. */
function isWithinShift(openedMs: number, occurredMs: number): boolean {
  return openedMs <= occurredMs + MINUTE_MS && occurredMs - openedMs <= SHIFT_HOURS_MAX_MS;
}

function cutoverToMs(dayCutover: string): number {
  const colon = dayCutover.indexOf(':');
  return (Number(dayCutover.slice(0, colon)) * 60 + Number(dayCutover.slice(colon + 1))) * MINUTE_MS;
}
