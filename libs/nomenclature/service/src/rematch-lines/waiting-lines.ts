import type { Recognition, StockEffect } from '@potok/nomenclature-contracts/decided-line';
import { integerArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import type { CanonicalLine } from '@potok/retail/document/canonical-document';
import type { FollowedLine } from '../storage/follow-links';

/** A line that an unmatched product stands for, with what a new decision needs. */
export interface WaitingLine {
  readonly receiptSeq: number;
  readonly lineNo: number;
  readonly barcode: string | undefined;
  readonly article: string | undefined;
  readonly externalCode: string | undefined;
  /** Whose code it is, where there is one. */
  readonly systems: readonly string[];
  readonly quantityMilli: number;
  readonly fraction: CanonicalLine['fraction'];
  readonly amountKopecks: number;
  readonly stockEffect: StockEffect;
  readonly recognition: Recognition;
  readonly ruleVersion: number;
  readonly locationId: string;
  readonly locationNo: number;
  readonly ledgerAtMs: number;
  readonly documentId: string;
  readonly revision: number;
  readonly lastDecisionNo: number;
  readonly rootSeq: number;
  /** The line of the sale that it returns, where that is known. */
  readonly saleLineNo: number | undefined;
}

interface WaitingRow {
  readonly receipt_seq: bigint;
  readonly line_no: number;
  readonly barcode: string | null;
  readonly article: string | null;
  readonly external_code: string | null;
  readonly external_systems: string | null;
  readonly quantity_milli: bigint;
  readonly amount_kopecks: bigint;
  readonly stock_effect: StockEffect;
  readonly recognition: Recognition;
  readonly rule_version: number;
  readonly location_id: string;
  readonly location_no: number;
  readonly ledger_at: Date;
  readonly document_id: string;
  readonly revision: number;
  readonly last_decision_no: number;
  readonly root_seq: bigint;
  readonly sale_line_no: number | null;
  readonly fraction_numerator: bigint | null;
  readonly fraction_denominator: bigint | null;
}

export interface WaitingScope {
  readonly storeNo: number;
  /** Keys noted up to this version were gone through in this store. */
  readonly doneVersion: number;
  readonly limit: number;
}

const KEYS = [
  ['barcode', 'barcode_key'],
  ['article', 'article'],
  ['externalCode', 'external_code'],
] as const;

/** Each key is looked up by itself: a line may wait under its barcode and be explained by its article. */
const EXPLAINED = KEYS.map(
  ([kind, column]) =>
    `EXISTS (SELECT 1 FROM rematch_key k WHERE k.kind = '${kind}' AND k.key = l.${column}
             AND k.catalogue_version > $2 AND k.catalogue_version > l.catalogue_version)`,
).join(' OR ');

/** Lines of the store that a later version of the catalogue may explain, oldest receipts first. */
export async function readWaitingLines(tx: Tx, scope: WaitingScope): Promise<WaitingLine[]> {
  const { rows } = await tx.query<WaitingRow>(
    `SELECT l.receipt_seq, l.line_no, l.barcode, l.article, l.external_code, l.external_systems, l.quantity_milli, l.amount_kopecks,
       l.stock_effect, l.recognition, l.rule_version, l.location_id, l.location_no, l.ledger_at, l.sale_line_no,
       l.fraction_numerator, l.fraction_denominator,
       r.document_id, r.revision, r.last_decision_no, r.root_seq
     FROM unmatched_line l JOIN receipt r USING (store_no, receipt_seq)
     WHERE l.store_no = $1 AND (${EXPLAINED})
     ORDER BY l.receipt_seq, l.line_no LIMIT $3`,
    [scope.storeNo, scope.doneVersion, scope.limit],
  );
  return rows.map(lineOf);
}

function lineOf(row: WaitingRow): WaitingLine {
  return {
    receiptSeq: Number(row.receipt_seq),
    lineNo: row.line_no,
    barcode: row.barcode ?? undefined,
    article: row.article ?? undefined,
    externalCode: row.external_code ?? undefined,
    systems: row.external_systems?.split(' ') ?? [],
    quantityMilli: Number(row.quantity_milli),
    fraction: fractionOf(row),
    amountKopecks: Number(row.amount_kopecks),
    stockEffect: row.stock_effect,
    recognition: row.recognition,
    ruleVersion: row.rule_version,
    locationId: row.location_id,
    locationNo: row.location_no,
    ledgerAtMs: row.ledger_at.getTime(),
    documentId: row.document_id,
    revision: row.revision,
    lastDecisionNo: row.last_decision_no,
    rootSeq: Number(row.root_seq),
    saleLineNo: row.sale_line_no ?? undefined,
  };
}

function fractionOf({ fraction_numerator, fraction_denominator }: WaitingRow): WaitingLine['fraction'] {
  if (fraction_numerator === null || fraction_denominator === null) return undefined;
  return { numerator: Number(fraction_numerator), denominator: Number(fraction_denominator) };
}

interface LineRef {
  readonly receiptSeq: number;
  readonly lineNo: number;
}

/** They are explained: nothing waits any more. */
export async function removeWaitingLines(tx: Tx, storeNo: number, lines: readonly LineRef[]): Promise<void> {
  if (lines.length === 0) return;
  await tx.query(
    `DELETE FROM unmatched_line l USING unnest($2::bigint[], $3::int[]) done(receipt_seq, line_no)
     WHERE l.store_no = $1 AND l.receipt_seq = done.receipt_seq AND l.line_no = done.line_no`,
    [
      storeNo,
      integerArray(lines.map((line) => line.receiptSeq)),
      integerArray(lines.map((line) => line.lineNo)),
    ],
  );
}

export interface ExplainedWaitingLine extends FollowedLine {
  readonly isUnknown: boolean;
}

/** Lines that a person has to decide show what they have come to; one whose effect is known now waits no more. */
export async function followUndecided(
  tx: Tx,
  storeNo: number,
  lines: readonly ExplainedWaitingLine[],
): Promise<void> {
  if (lines.length === 0) return;
  const { rows } = await tx.query('SELECT FROM undecided_line WHERE store_no = $1 LIMIT 1', [storeNo]);
  if (rows.length === 0) return;
  await tx.query(
    `UPDATE undecided_line l SET product_no = w.product_no, quantity_milli = w.quantity_milli
     FROM unnest($2::bigint[], $3::int[], $4::int[], $5::bigint[]) w(receipt_seq, line_no, product_no, quantity_milli)
     WHERE l.store_no = $1 AND l.receipt_seq = w.receipt_seq AND l.line_no = w.line_no`,
    [
      storeNo,
      integerArray(lines.map((line) => line.receiptSeq)),
      integerArray(lines.map((line) => line.lineNo)),
      integerArray(lines.map((line) => line.productNo)),
      integerArray(lines.map((line) => line.quantityMilli)),
    ],
  );
  const known = lines.filter(({ isUnknown }) => !isUnknown);
  await tx.query(
    `DELETE FROM undecided_line l USING unnest($2::bigint[], $3::int[]) w(receipt_seq, line_no)
     WHERE l.store_no = $1 AND l.receipt_seq = w.receipt_seq AND l.line_no = w.line_no`,
    [
      storeNo,
      integerArray(known.map((line) => line.receiptSeq)),
      integerArray(known.map((line) => line.lineNo)),
    ],
  );
}

/** They were looked at with this version and still wait: validity or scope kept them. */
export async function keepWaiting(
  tx: Tx,
  at: { readonly storeNo: number; readonly version: number },
  lines: readonly LineRef[],
): Promise<void> {
  if (lines.length === 0) return;
  await tx.query(
    `UPDATE unmatched_line l SET catalogue_version = $4
     FROM unnest($2::bigint[], $3::int[]) kept(receipt_seq, line_no)
     WHERE l.store_no = $1 AND l.receipt_seq = kept.receipt_seq AND l.line_no = kept.line_no`,
    [
      at.storeNo,
      integerArray(lines.map((line) => line.receiptSeq)),
      integerArray(lines.map((line) => line.lineNo)),
      at.version,
    ],
  );
}

export async function countDecisions(tx: Tx, storeNo: number, receiptSeqs: readonly number[]): Promise<void> {
  if (receiptSeqs.length === 0) return;
  await tx.query(
    `UPDATE receipt SET last_decision_no = last_decision_no + 1
     WHERE store_no = $1 AND receipt_seq = ANY($2::bigint[])`,
    [storeNo, integerArray(receiptSeqs)],
  );
}
