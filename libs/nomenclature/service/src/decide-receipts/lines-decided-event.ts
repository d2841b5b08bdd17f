import type { WholeDecidedLine } from '@potok/nomenclature-contracts/decided-line';
import type { LinesDecidedV1 } from '@potok/nomenclature-contracts/lines-decided.v1';
import type { ReceiptMeaning } from '@potok/nomenclature-contracts/receipt-meaning';
import { ValueWriter } from '@potok/platform-json/value-writer';
import { meaningMember, receiptEventId, writeLines } from './receipt-event';

export interface LinesDecision {
  readonly storeId: string;
  readonly storeNo: number;
  readonly epoch: number;
  readonly seq: number;
  /** RFC 3339. */
  readonly recordedAt: string;
  readonly documentId: string;
  readonly revision: number;
  readonly rootSeq: number;
  readonly receiptSeq: number;
  readonly decisionNo: number;
  readonly catalogueVersion: number;
  readonly ruleVersion: number;
  readonly reason: LinesDecidedV1['reason'];
  readonly lines: readonly WholeDecidedLine[];
  /** Of a decision that may move what has not moved yet, or that changes what the receipt is. */
  readonly more: {
    readonly decidedBy: string | null;
    readonly ledgerAt: string;
    readonly businessDate: string;
    readonly meaning: ReceiptMeaning;
  } | null;
}

/** The value of lines-decided. */
export function linesDecidedValue(decision: LinesDecision): Buffer {
  const { documentId, revision, decisionNo, more } = decision;
  const writer = new ValueWriter(SPACE_BYTES);
  const head =
    `{"eventId":"${receiptEventId({ documentId, revision, verb: 'decided', decisionNo })}",` +
    `"storeId":"${decision.storeId}","storeNo":${String(decision.storeNo)},` +
    `"streamEpoch":${String(decision.epoch)},"streamSeq":${String(decision.seq)},` +
    `"rootSeq":${String(decision.rootSeq)},"cause":null,"recordedAt":"${decision.recordedAt}",` +
    `"causeRecordedAt":null,"documentId":"${documentId}","revision":${String(revision)},` +
    `"decisionNo":${String(decisionNo)},"receiptSeq":${String(decision.receiptSeq)},` +
    `"catalogueVersion":${String(decision.catalogueVersion)},"reason":"${decision.reason}",` +
    (more === null ? '' : moreMembers(more));
  writer.bytes(Buffer.from(head));
  writeLines(writer, decision.lines, decision.ruleVersion);
  return writer.text('}').end();
}

/** Of an event about a few lines. */
const SPACE_BYTES = 4 * 1024;

function moreMembers({
  decidedBy,
  ledgerAt,
  businessDate,
  meaning,
}: NonNullable<LinesDecision['more']>): string {
  const by = decidedBy === null ? '' : `"decidedBy":${JSON.stringify(decidedBy)},`;
  return `${by}"ledgerAt":"${ledgerAt}","businessDate":"${businessDate}",${meaningMember(meaning)}`;
}
