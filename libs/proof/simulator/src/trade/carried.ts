import type { SoldLine } from './lines';
import type { Moment, TillDocument } from './receipt';
import type { SentDocument } from './sent-document';
import type { Till } from './till';

/** Documents that are archived and published, and move no stock. */

export interface CarriedRequest extends Moment {
  readonly till: Till;
}

export function carried(
  kind: string,
  { till, second, date }: CarriedRequest,
  document: Partial<SentDocument> & Pick<SentDocument, 'type' | 'identities'>,
): TillDocument {
  return {
    document: { occurredAtLocal: till.clock(date, second), ...document },
    till,
    second,
    kind,
    role: 'carried',
    fate: 'sent',
    requires: [],
    lines: [],
    lineCount: 0,
    receipt: null,
    closeReport: null,
    sold: [],
  };
}

export function shiftOpened(request: CarriedRequest): TillDocument {
  const { till } = request;
  till.beginShift(till.clock(request.date, request.second));
  const head = till.fiscalHead(till.nextFiscal('report'), 'report');
  return carried('shiftOpened', request, { type: 'shiftOpened', ...head });
}

/** Settlement state (21): a document of the ФН in the middle of a shift. Some tills never send it. */
export function settlementState(request: CarriedRequest): TillDocument {
  const isSent = request.till.lastIsMissing || request.random.chance(0.5);
  const head = request.till.fiscalHead(request.till.nextFiscal('report'), 'report');
  const report = carried('settlementState', request, {
    type: 'fnEvent',
    subtype: 'settlementState',
    ...head,
  });
  return isSent ? report : { ...report, fate: 'unsent' };
}

/** A ФН failed in mid-shift: no close report will ever come. */
export function driveEnded(request: CarriedRequest): TillDocument {
  const head = request.till.agentHead();
  return carried('fnEnded', request, { type: 'fnEvent', subtype: 'ended', ...head });
}

/** A receipt that was broken off or put aside: it never became fiscal. */
export function unfinishedReceipt(
  businessState: 'cancelled' | 'deferred',
  request: CarriedRequest,
  sold: readonly SoldLine[],
): TillDocument {
  return carried(`${businessState}Receipt`, request, {
    type: 'receipt',
    ...request.till.agentHead(),
    businessState,
    fiscalState: 'nonFiscal',
    operation: 'sale',
    totalKopecks: sold.reduce((total, { amountKopecks }) => total + amountKopecks, 0),
    lines: sold.map(({ line }) => line),
  });
}

/** A receipt on a training (МГМ) drive. */
export function trainingReceipt(request: CarriedRequest, sold: readonly SoldLine[]): TillDocument {
  const { till } = request;
  const head = till.fiscalHead(till.nextFiscal('receipt'), 'receipt');
  const totalKopecks = sold.reduce((total, { amountKopecks }) => total + amountKopecks, 0);
  const receipt = carried('trainingReceipt', request, {
    type: 'receipt',
    ...head,
    fiscalState: 'training',
    operation: 'sale',
    totalKopecks,
    payments: [{ fiscalKind: 'cash', amountKopecks: totalKopecks }],
    lines: sold.map(({ line }) => line),
  });
  return { ...receipt, role: 'archived' };
}

export function cashMovement(request: CarriedRequest, amountKopecks: number): TillDocument {
  return carried(amountKopecks < 0 ? 'cashOut' : 'cashIn', request, {
    type: 'cashMovement',
    subtype: amountKopecks < 0 ? 'collection' : 'change',
    ...request.till.agentHead(),
    totalKopecks: amountKopecks,
  });
}

export function tillEvent(request: CarriedRequest): TillDocument {
  const subtype = request.random.pick(['drawerOpened', 'lineVoided', 'receiptCancelled', 'noSale']);
  return carried('tillEvent', request, { type: 'tillEvent', subtype, ...request.till.agentHead() });
}

/** A kind that nobody has heard of, a print without fiscal meaning, a stock document of the till. */
export function oddDocument(request: CarriedRequest): TillDocument {
  const type = request.random.pick(['loyaltyCardIssued', 'nonFiscal', 'stockDocument']);
  const subtype = type === 'stockDocument' ? { subtype: 'writeOff' } : {};
  return carried(type, request, { type, ...subtype, ...request.till.agentHead() });
}
