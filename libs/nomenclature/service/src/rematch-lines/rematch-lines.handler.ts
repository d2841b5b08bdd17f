import { present } from '@potok/kernel/assert';
import type { WholeDecidedLine } from '@potok/nomenclature-contracts/decided-line';
import { baseQuantityMilli } from '@potok/nomenclature-domain/decide-receipt';
import { matchLine } from '@potok/nomenclature-domain/match-line';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import type { CatalogueIndex } from '../catalogue/catalogue-index';
import { linesDecidedValue } from '../decide-receipts/lines-decided-event';
import type { Rules } from '../catalogue/rule-set.repository';
import { DecisionBatch } from '../storage/decision-batch';
import type { DecisionPublication } from '../storage/decision-batch';
import { followLinks } from '../storage/follow-links';
import { redecideKinds } from './redecide-kinds';
import type { ExplainedLine } from './redecide-kinds';
import {
  countDecisions,
  followUndecided,
  keepWaiting,
  readWaitingLines,
  removeWaitingLines,
} from './waiting-lines';
import type { ExplainedWaitingLine, WaitingLine } from './waiting-lines';

/** Lines of one transaction at most (design §5.6). */
const LINES_MAX = 500;

export interface RematchDesk extends DecisionPublication {
  readonly database: Transactor;
  readonly catalogue: CatalogueIndex;
  readonly rules: Rules;
}

export interface StorePlace {
  readonly storeId: string;
  readonly storeNo: number;
}

export interface RematchOutcome {
  readonly decided: number;
  /** More lines of this store wait to be gone through. */
  readonly more: boolean;
}

interface Explained extends ExplainedLine {
  readonly line: WaitingLine;
  readonly decided: WholeDecidedLine;
}

/**
 * Decides waiting lines of one store anew, under the lock of its stream: whatever was decided with an older version of
 * the catalogue has been committed by then and is seen here; whatever comes later reads the newer version itself. So
 * nothing falls between, and no line is decided twice.
 */
export class RematchLinesHandler {
  constructor(private readonly desk: RematchDesk) {}

  handle(store: StorePlace): Promise<RematchOutcome> {
    return this.desk.database.tx(async (tx) => {
      const { storeId, storeNo } = store;
      const batch = await DecisionBatch.open(tx, this.desk, new Map([[storeId, storeNo]]));
      const version = await this.desk.catalogue.refresh(tx);
      const doneVersion = await readDoneVersion(tx, storeNo);
      const lines = await readWaitingLines(tx, { storeNo, doneVersion, limit: LINES_MAX });
      const explained = await this.redecided(tx, this.explain(lines, store));
      const isExplained = new Set(explained.map(({ line }) => line));
      const receipts = byReceipt(explained);
      for (const [receiptSeq, group] of receipts)
        batch.addLaterEvent(storeId, receiptSeq, eventValue(group, { store, batch, version }));
      await removeWaitingLines(tx, storeNo, [...isExplained]);
      const anew = explained.map(followed);
      await followUndecided(tx, storeNo, anew);
      await followLinks(tx, storeNo, anew);
      await keepWaiting(
        tx,
        { storeNo, version },
        lines.filter((line) => !isExplained.has(line)),
      );
      await countDecisions(tx, storeNo, [...receipts.keys()]);
      const more = lines.length === LINES_MAX;
      if (!more) await storeDoneVersion(tx, storeNo, version);
      await batch.save();
      return { decided: explained.length, more };
    });
  }

  /** With the effects that the kinds of their products have. */
  private async redecided(tx: Tx, explained: readonly Explained[]): Promise<readonly Explained[]> {
    const { catalogue } = this.desk;
    const rules = await this.desk.rules.current(tx);
    const different = await redecideKinds(tx, explained, { catalogue, rules });
    if (different.size === 0) return explained;
    return explained.map((entry) => ({ ...entry, decided: different.get(entry) ?? entry.decided }));
  }

  private explain(lines: readonly WaitingLine[], { storeId, storeNo }: StorePlace): Explained[] {
    return lines.flatMap((line) => {
      const { ledgerAtMs, systems } = line;
      const match = matchLine(line, { storeId, ledgerAtMs, systems }, this.desk.catalogue);
      if (match === null) return [];
      const { lineNo, amountKopecks, stockEffect, recognition, ruleVersion, locationId, locationNo } = line;
      const { productId, productNo, coefficient } = match.target;
      const quantityMilli = baseQuantityMilli(line, coefficient);
      const decided: WholeDecidedLine = {
        lineNo,
        productId,
        productNo,
        coefficient,
        quantityMilli,
        amountKopecks,
        stockEffect,
        recognition,
        matchedBy: match.matchedBy,
        ruleVersion,
        locationId,
        locationNo,
        ...(line.saleLineNo === undefined ? {} : { saleLineNo: line.saleLineNo }),
      };
      return [{ line, decided, place: { storeNo, receiptSeq: line.receiptSeq } }];
    });
  }
}

function followed({ line, decided }: Explained): ExplainedWaitingLine {
  const { receiptSeq, saleLineNo } = line;
  const { lineNo, productNo, quantityMilli, stockEffect } = decided;
  const isUnknown = stockEffect === 'unknown';
  return { receiptSeq, lineNo, productNo, quantityMilli, saleLineNo, isUnknown };
}

function byReceipt(explained: readonly Explained[]): Map<number, Explained[]> {
  const receipts = new Map<number, Explained[]>();
  for (const entry of explained) {
    const group = receipts.get(entry.line.receiptSeq);
    if (group === undefined) receipts.set(entry.line.receiptSeq, [entry]);
    else group.push(entry);
  }
  return receipts;
}

/** lines-decided of one receipt. */
function eventValue(
  group: readonly Explained[],
  at: { readonly store: StorePlace; readonly batch: DecisionBatch; readonly version: number },
): Buffer {
  const { line, decided } = present(group[0], 'a line of a group');
  return linesDecidedValue({
    ...at.store,
    ...at.batch.next(at.store.storeId),
    documentId: line.documentId,
    revision: line.revision,
    rootSeq: line.rootSeq,
    receiptSeq: line.receiptSeq,
    decisionNo: line.lastDecisionNo + 1,
    catalogueVersion: at.version,
    ruleVersion: decided.ruleVersion,
    reason: 'barcodeLearned',
    lines: group.map((entry) => entry.decided),
    more: null,
  });
}

async function readDoneVersion(tx: Tx, storeNo: number): Promise<number> {
  const { rows } = await tx.query<{ done_version: bigint }>(
    'SELECT done_version FROM rematch_store WHERE store_no = $1',
    [storeNo],
  );
  return Number(rows[0]?.done_version ?? 0n);
}

async function storeDoneVersion(tx: Tx, storeNo: number, version: number): Promise<void> {
  await tx.query(
    `INSERT INTO rematch_store (store_no, done_version) VALUES ($1, $2)
     ON CONFLICT (store_no) DO UPDATE SET done_version = greatest(rematch_store.done_version, excluded.done_version)`,
    [storeNo, version],
  );
}
