import type { SoldLine } from './lines';
import type { Moment, TillDocument } from './receipt';
import type { SentDocument } from './sent-document';
import type { Till } from './till';

/** Documents that are archived and published, and move no stock. */

export interface CarriedRequest extends Moment {
  readonly till: Till;
}

function carried(
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
    lines: [],
    lineCount: 0,
    receipt: null,
    sold: [],
  };
}

export function shiftOpened(request: CarriedRequest): TillDocument {
  const { till } = request;
  till.beginShift(till.clock(request.date, request.second));
  const head = till.fiscalHead(till.nextFiscal('report'), 'report');
  return carried('shiftOpened', request, { type: 'shiftOpened', ...head });
}

/** With the counts that the ФН states: receipts of the shift (1118) and all of its fiscal documents (1111). */
export function shiftClosed(request: CarriedRequest): TillDocument {
  const { till } = request;
  const fiscal = till.nextFiscal('report');
  const { receipts, documents } = till.shiftCounts;
  const head = till.fiscalHead(fiscal, 'report');
  till.endShift();
  return carried('shiftClosed', request, {
    type: 'shiftClosed',
    ...head,
    closeReport: { receiptCount: receipts, documentCount: documents },
  });
}

export function settlementState(request: CarriedRequest): TillDocument {
  const head = request.till.fiscalHead(request.till.nextFiscal('report'), 'report');
  return carried('settlementState', request, { type: 'fnEvent', subtype: 'settlementState', ...head });
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
