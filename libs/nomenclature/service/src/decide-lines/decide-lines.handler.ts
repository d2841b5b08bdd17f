import type { Clock } from '@potok/kernel/clock';
import { present } from '@potok/kernel/assert';
import { fail, ok } from '@potok/kernel/result';
import type { Result } from '@potok/kernel/result';
import type { WholeDecidedLine } from '@potok/nomenclature-contracts/decided-line';
import type { DecisionResult, ManualDecision } from '@potok/nomenclature-contracts/decisions-http';
import type { ReceiptMeaning } from '@potok/nomenclature-contracts/receipt-meaning';
import { decideManually } from '@potok/nomenclature-domain/decide-manually';
import type { Refusal } from '@potok/nomenclature-domain/decide-manually';
import { meaningAfterDecision } from '@potok/nomenclature-domain/meaning-after-decision';
import type { Principal } from '@potok/platform-auth/principal';
import { maySeeStore } from '@potok/platform-auth/principal';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import type { CatalogueIndex } from '../catalogue/catalogue-index';
import { linesDecidedValue } from '../decide-receipts/lines-decided-event';
import { addManualDecision, setLastDecision, settleLines, settleLink } from '../storage/decided-lines-table';
import { placeKey, readDecidedReceipts } from '../storage/decided-receipts';
import type { DecidedReceipt } from '../storage/decided-receipts';
import { DecisionBatch } from '../storage/decision-batch';
import type { DecisionPublication } from '../storage/decision-batch';
import { followLinks } from '../storage/follow-links';
import { lockReceipts } from '../storage/receipt-table';
import type { ReceiptState } from '../storage/receipt-table';
import { readNames } from './decision-names';

/** Lines of one event at most. */
const LINES_MAX = 500;

export interface DecideLinesDesk extends DecisionPublication {
  readonly database: Transactor;
  readonly catalogue: CatalogueIndex;
  readonly clock: Clock;
}

interface Place {
  readonly storeId: string;
  readonly storeNo: number;
}

interface Decided {
  readonly place: Place;
  readonly state: ReceiptState;
  readonly receipt: DecidedReceipt;
  readonly lines: readonly WholeDecidedLine[];
  readonly meaning: ReceiptMeaning;
}

/**
 * What a person decides about receipts: an event on the receipt's stream, which moves the ledger. Each decision is a
 * transaction of its own; a repeat finds everything as it should be and changes nothing.
 */
export class DecideLinesHandler {
  constructor(private readonly desk: DecideLinesDesk) {}

  async handle(decisions: readonly ManualDecision[], principal: Principal): Promise<DecisionResult[]> {
    const results: DecisionResult[] = [];
    for (const decision of decisions) results.push(await this.decide(decision, principal));
    return results;
  }

  private decide(decision: ManualDecision, principal: Principal): Promise<DecisionResult> {
    const { documentId } = decision;
    return this.desk.database.tx(async (tx) => {
      const place = await findPlace(tx, documentId);
      if (place === null || !maySeeStore(principal, place.storeId)) {
        return refusal(documentId, {
          code: 'receiptUnknown',
          message: 'there is no receipt of this document',
        });
      }
      const stores = new Map([[place.storeId, place.storeNo]]);
      const batch = await DecisionBatch.open(tx, this.desk, stores);
      const decided = await this.read(tx, place, decision);
      if (!decided.ok) return refusal(documentId, decided.error);
      if (isSettled(decided.value)) return resultOf(decided.value, null);
      return this.write(tx, { batch, decided: decided.value, decision, principal });
    });
  }

  /** Under the lock of the store's stream: nobody decides about it meanwhile. */
  private async read(tx: Tx, place: Place, decision: ManualDecision): Promise<Result<Decided, Refusal>> {
    const states = await lockReceipts(tx, [decision.documentId]);
    const state = states.find(({ storeNo, ended }) => storeNo === place.storeNo && !ended);
    if (state === undefined) return fail({ code: 'receiptEnded', message: 'it was withdrawn or merged' });
    const { expectedDecisionNo = state.lastDecisionNo, saleDocumentId } = decision;
    if (expectedDecisionNo !== state.lastDecisionNo) {
      return fail({
        code: 'decidedMeanwhile',
        message: `the last decision is ${String(state.lastDecisionNo)}`,
      });
    }
    if (saleDocumentId !== undefined && (await findPlace(tx, saleDocumentId)) === null) {
      return fail({ code: 'saleUnknown', message: saleDocumentId });
    }
    const receipts = await readDecidedReceipts(tx, [state]);
    const receipt = present(receipts.get(placeKey(state)), 'the receipt of a decision');
    const names = await readNames(tx, place.storeId, decision);
    const lines = decideManually(receipt.lines, decision, { names, ruleVersion: receipt.ruleVersion });
    if (!lines.ok) return lines;
    const meaning = meaningAfterDecision(receipt, { lines: lines.value, decision });
    return ok({ place, state, receipt, lines: lines.value, meaning });
  }

  private async write(tx: Tx, { batch, decided, decision, principal }: Writing): Promise<DecisionResult> {
    const { place, state, receipt, lines, meaning } = decided;
    const { documentId, revision, receiptSeq } = state;
    const catalogueVersion = await this.desk.catalogue.refresh(tx);
    let decisionNo = state.lastDecisionNo;
    let streamSeq = 0;
    for (const part of partsOf(lines)) {
      decisionNo += 1;
      const next = batch.next(place.storeId);
      streamSeq = next.seq;
      const value = linesDecidedValue({
        ...place,
        ...next,
        documentId,
        revision,
        rootSeq: state.rootSeq,
        receiptSeq,
        decisionNo,
        catalogueVersion,
        ruleVersion: receipt.ruleVersion,
        reason: 'manual',
        lines: part,
        more: {
          decidedBy: principal.id,
          ledgerAt: receipt.ledgerAt,
          businessDate: receipt.businessDate,
          meaning,
        },
      });
      batch.addLaterEvent(place.storeId, receiptSeq, value);
    }
    await settleLines(tx, state, lines);
    const { storeNo } = state;
    await followLinks(
      tx,
      storeNo,
      lines.map((line) => ({ ...line, receiptSeq })),
    );
    if (meaning.saleDocumentId !== undefined) await settleLink(tx, state);
    await setLastDecision(tx, state, decisionNo);
    const { reason, ...content } = decision;
    await addManualDecision(tx, {
      documentId,
      revision,
      decisionNo,
      storeNo,
      eventSeq: streamSeq,
      decidedBy: principal.id,
      decidedAtMs: this.desk.clock.nowMs(),
      reason,
      content,
    });
    await batch.save();
    return resultOf(decided, { decisionNo, streamSeq });
  }
}

interface Writing {
  readonly batch: DecisionBatch;
  readonly decided: Decided;
  readonly decision: ManualDecision;
  readonly principal: Principal;
}

/** The store where the document stands now. */
async function findPlace(tx: Tx, documentId: string): Promise<Place | null> {
  const { rows } = await tx.query<{ store_id: string; store_no: number }>(
    `SELECT s.store_id, s.store_no FROM receipt r JOIN store_name s USING (store_no)
     WHERE r.document_id = $1::uuid ORDER BY r.ended, r.revision DESC LIMIT 1`,
    [documentId],
  );
  const [row] = rows;
  return row === undefined ? null : { storeId: row.store_id, storeNo: row.store_no };
}

function isSettled({ lines, meaning, receipt }: Decided): boolean {
  return lines.length === 0 && JSON.stringify(meaning) === JSON.stringify(receipt.meaning ?? {});
}

function partsOf(lines: readonly WholeDecidedLine[]): (readonly WholeDecidedLine[])[] {
  if (lines.length === 0) return [[]];
  const count = Math.ceil(lines.length / LINES_MAX);
  return Array.from({ length: count }, (_, index) => lines.slice(index * LINES_MAX, (index + 1) * LINES_MAX));
}

function resultOf(
  { state }: Decided,
  written: { readonly decisionNo: number; readonly streamSeq: number } | null,
): DecisionResult {
  return {
    documentId: state.documentId,
    outcome: written === null ? 'unchanged' : 'decided',
    code: null,
    message: null,
    revision: state.revision,
    decisionNo: written?.decisionNo ?? state.lastDecisionNo,
    streamSeq: written?.streamSeq ?? null,
  };
}

function refusal(documentId: string, { code, message }: Refusal): DecisionResult {
  return {
    documentId,
    outcome: 'refused',
    code,
    message,
    revision: null,
    decisionNo: null,
    streamSeq: null,
  };
}
