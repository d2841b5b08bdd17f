import { toInstant } from '@potok/kernel/clock';
import { documentsTopic } from '@potok/ingestion-contracts/topics';
import type { WholeDecidedLine } from '@potok/nomenclature-contracts/decided-line';
import type { ReceiptMeaning } from '@potok/nomenclature-contracts/receipt-meaning';
import { traceMember } from '@potok/platform-publication/event-trace';
import type { ReadDocument } from './document-reader';

/** What a decision about a document adds to it. */
export interface ReceiptDecision {
  readonly streamEpoch: number;
  readonly streamSeq: number;
  readonly recordedAtMs: number;
  readonly traceparent: string | null;
  /** Epoch and sequence of the document's event. */
  readonly cause: { readonly epoch: number; readonly seq: number };
  readonly catalogueVersion: number;
  readonly ruleVersion: number;
  readonly lines: readonly WholeDecidedLine[];
  readonly meaning: ReceiptMeaning | null;
  /** Of a revision: the sequence of the receipt that it revises. Null for a new receipt. */
  readonly receiptSeq: number | null;
}

export interface ReceiptEventName {
  readonly documentId: string;
  readonly revision: number;
  readonly verb: 'decided' | 'revised';
  readonly decisionNo: number;
}

export function receiptEventId({ documentId, revision, verb, decisionNo }: ReceiptEventName): string {
  return `${documentId}/${String(revision)}/${verb}/${String(decisionNo)}`;
}

/**
 * The value of receipt-registered or receipt-revised: what was decided, then the document in its own bytes. Nothing in
 * the head needs escaping but what JSON.stringify escapes in the lines.
 */
export function receiptEventValue(
  { head, document, documentBytes }: ReadDocument,
  decision: ReceiptDecision,
): Buffer {
  const revised = decision.receiptSeq !== null;
  const { documentId, revision } = head;
  const eventId = receiptEventId({
    documentId,
    revision,
    verb: revised ? 'revised' : 'decided',
    decisionNo: 0,
  });
  const prefix =
    `{"eventId":"${eventId}","storeId":"${head.storeId}","storeNo":${String(head.storeNo)},` +
    `"streamEpoch":${String(decision.streamEpoch)},"streamSeq":${String(decision.streamSeq)},` +
    `"rootSeq":${String(head.streamSeq)},"cause":{"topic":"${documentsTopic.name}",` +
    `"epoch":${String(decision.cause.epoch)},"seq":${String(decision.cause.seq)}},` +
    `"recordedAt":"${toInstant(decision.recordedAtMs)}","causeRecordedAt":"${head.recordedAt}",` +
    traceMember(decision.traceparent) +
    `"documentId":"${head.documentId}","revision":${String(head.revision)},"revisionKind":"${head.revisionKind}",` +
    `"repost":"${head.repost}","decisionNo":0,"catalogueVersion":${String(decision.catalogueVersion)},` +
    `"registerId":"${document.registerId}","legalEntityId":"${document.legalEntityId}",` +
    `"occurredAt":"${document.time.occurredAt}","ledgerAt":"${document.time.ledgerAt}",` +
    `"businessDate":"${document.time.businessDate}","documentHash":"${head.documentHash}",` +
    movesMembers(head) +
    meaningMember(decision.meaning) +
    linesMembers(decision.lines, decision.ruleVersion) +
    (revised ? `,"receiptSeq":${String(decision.receiptSeq)}` : '') +
    ',"document":';
  const value = Buffer.allocUnsafe(prefix.length + documentBytes.length + 1);
  value.write(prefix, 0, 'latin1');
  documentBytes.copy(value, prefix.length);
  value[value.length - 1] = CLOSING_BRACE;
  return value;
}

const CLOSING_BRACE = 0x7d;

/** Where a revised document comes from or goes to: identifiers and numbers. */
function movesMembers({ movedFrom, movedTo, survivorId }: ReadDocument['head']): string {
  let text = '';
  if (movedFrom !== undefined) text += `"movedFrom":${JSON.stringify(movedFrom)},`;
  if (movedTo !== undefined) text += `"movedTo":${JSON.stringify(movedTo)},`;
  return survivorId === undefined ? text : `${text}"survivorId":"${survivorId}",`;
}

/** Closed codes, identifiers and numbers. */
export function meaningMember(meaning: ReceiptMeaning | null): string {
  return meaning === null ? '' : `"meaning":${JSON.stringify(meaning)},`;
}

/**
 * The members of an event that hold its lines: what the first line says of rules and place stands once, before them.
 * Identifiers, numbers and closed codes: ASCII without anything to escape.
 */
export function linesMembers(lines: readonly WholeDecidedLine[], ruleVersion: number): string {
  const [first] = lines;
  const place =
    first === undefined ? '' : `"locationId":"${first.locationId}","locationNo":${String(first.locationNo)},`;
  const common: CommonDecision = { ruleVersion, locationNo: first?.locationNo ?? 0 };
  let text = '';
  for (const line of lines) text += `${text === '' ? '' : ','}${lineJson(line, common)}`;
  return `"ruleVersion":${String(ruleVersion)},${place}"lines":[${text}]`;
}

interface CommonDecision {
  readonly ruleVersion: number;
  readonly locationNo: number;
}

function lineJson(line: WholeDecidedLine, common: CommonDecision): string {
  const { coefficient } = line;
  let text =
    `{"lineNo":${String(line.lineNo)},"productId":"${line.productId}","productNo":${String(line.productNo)},` +
    `"quantityMilli":${String(line.quantityMilli)},"amountKopecks":${String(line.amountKopecks)},` +
    `"stockEffect":"${line.stockEffect}","recognition":"${line.recognition}","matchedBy":"${line.matchedBy}"`;
  if (coefficient.numerator !== coefficient.denominator) {
    text += `,"coefficient":{"numerator":${String(coefficient.numerator)},"denominator":${String(coefficient.denominator)}}`;
  }
  if (line.saleLineNo !== undefined) text += `,"saleLineNo":${String(line.saleLineNo)}`;
  if (line.ruleVersion !== common.ruleVersion) text += `,"ruleVersion":${String(line.ruleVersion)}`;
  if (line.locationNo !== common.locationNo) {
    text += `,"locationId":"${line.locationId}","locationNo":${String(line.locationNo)}`;
  }
  return `${text}}`;
}
