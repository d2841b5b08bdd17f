import { documentsTopic } from '@potok/ingestion-contracts/topics';
import type { WholeDecidedLine } from '@potok/nomenclature-contracts/decided-line';
import type { ReceiptMeaning } from '@potok/nomenclature-contracts/receipt-meaning';
import type { ValueWriter } from '@potok/platform-json/value-writer';
import { traceMember } from '@potok/platform-publication/event-trace';
import type { ReadDocument } from './document-reader';

/** What a decision about a document adds to it. */
export interface ReceiptDecision {
  readonly streamEpoch: number;
  readonly streamSeq: number;
  /** RFC 3339. */
  readonly recordedAt: string;
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
 * Writes the value of receipt-registered or receipt-revised: what was decided, then the document in its own bytes.
 * Nothing in the head needs escaping but what JSON.stringify escapes.
 */
export function writeReceiptEvent(
  writer: ValueWriter,
  { head, document, documentBytes }: ReadDocument,
  decision: ReceiptDecision,
): Buffer {
  const { documentId, revision } = head;
  const { receiptSeq } = decision;
  const verb = receiptSeq === null ? 'decided' : 'revised';
  writer.text(`{"eventId":"${receiptEventId({ documentId, revision, verb, decisionNo: 0 })}","storeId":"`);
  writer.text(head.storeId).text('","storeNo":').number(head.storeNo);
  writer
    .text(',"streamEpoch":')
    .number(decision.streamEpoch)
    .text(',"streamSeq":')
    .number(decision.streamSeq);
  writer.text(',"rootSeq":').number(head.streamSeq).text(CAUSE).number(decision.cause.epoch);
  writer.text(',"seq":').number(decision.cause.seq).text('},"recordedAt":"').text(decision.recordedAt);
  writer
    .text('","causeRecordedAt":"')
    .text(head.recordedAt)
    .text('",')
    .text(traceMember(decision.traceparent));
  writer.text('"documentId":"').text(documentId).text('","revision":').number(revision);
  writer.text(',"revisionKind":"').text(head.revisionKind).text('","repost":"').text(head.repost);
  writer.text('","decisionNo":0,"catalogueVersion":').number(decision.catalogueVersion);
  writer.text(',"registerId":"').text(document.registerId).text('","legalEntityId":"');
  writer.text(document.legalEntityId).text('","occurredAt":"').text(document.time.occurredAt);
  writer.text('","ledgerAt":"').text(document.time.ledgerAt).text('","businessDate":"');
  writer.text(document.time.businessDate).text('","documentHash":"').text(head.documentHash).text('",');
  writer.text(movesMembers(head)).text(meaningMember(decision.meaning));
  writeLines(writer, decision.lines, decision.ruleVersion);
  if (receiptSeq !== null) writer.text(',"receiptSeq":').number(receiptSeq);
  return writer.text(',"document":').bytes(documentBytes).text('}').end();
}

const CAUSE = `,"cause":{"topic":"${documentsTopic.name}","epoch":`;

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
 * Writes the members of an event that hold its lines: what the first line says of rules and place stands once, before
 * them. Identifiers, numbers and closed codes: ASCII without anything to escape.
 */
export function writeLines(
  writer: ValueWriter,
  lines: readonly WholeDecidedLine[],
  ruleVersion: number,
): void {
  const [first] = lines;
  writer.text('"ruleVersion":').number(ruleVersion);
  if (first !== undefined) {
    writer.text(',"locationId":"').text(first.locationId).text('","locationNo":').number(first.locationNo);
  }
  writer.text(',"lines":[');
  const common: CommonDecision = { ruleVersion, locationNo: first?.locationNo ?? 0 };
  for (const line of lines) {
    if (line !== first) writer.text(',');
    writeLine(writer, line, common);
  }
  writer.text(']');
}

interface CommonDecision {
  readonly ruleVersion: number;
  readonly locationNo: number;
}

function writeLine(writer: ValueWriter, line: WholeDecidedLine, common: CommonDecision): void {
  const { coefficient } = line;
  writer.text('{"lineNo":').number(line.lineNo).text(',"productId":"').text(line.productId);
  writer.text('","productNo":').number(line.productNo).text(',"quantityMilli":').number(line.quantityMilli);
  writer.text(',"amountKopecks":').number(line.amountKopecks).text(',"stockEffect":"').text(line.stockEffect);
  writer
    .text('","recognition":"')
    .text(line.recognition)
    .text('","matchedBy":"')
    .text(line.matchedBy)
    .text('"');
  if (coefficient.numerator !== coefficient.denominator) {
    writer.text(',"coefficient":{"numerator":').number(coefficient.numerator);
    writer.text(',"denominator":').number(coefficient.denominator).text('}');
  }
  if (line.saleLineNo !== undefined) writer.text(',"saleLineNo":').number(line.saleLineNo);
  if (line.ruleVersion !== common.ruleVersion) writer.text(',"ruleVersion":').number(line.ruleVersion);
  if (line.locationNo !== common.locationNo) {
    writer.text(',"locationId":"').text(line.locationId).text('","locationNo":').number(line.locationNo);
  }
  writer.text('}');
}
