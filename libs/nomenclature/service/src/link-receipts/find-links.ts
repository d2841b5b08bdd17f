import { linkLines } from '@potok/nomenclature-domain/link-lines';
import type { LinkedLine, ReturnedLine, SoldLine } from '@potok/nomenclature-domain/link-lines';
import { purposeOf } from '@potok/nomenclature-domain/receipt-meaning';
import {
  fpdNumber,
  identityKeys,
  namesReceipt,
  saleReferences,
} from '@potok/nomenclature-domain/sale-reference';
import type { SaleReference } from '@potok/nomenclature-domain/sale-reference';
import type { Tx } from '@potok/platform-postgres/tx';
import { readDecidedReceipts } from '../storage/decided-receipts';
import { lockReceipts } from '../storage/receipt-table';
import type { ReceiptState } from '../storage/receipt-table';
import { readReturned } from '../storage/returned-lines';
import { SaleFinder } from '../storage/sale-finder';
import { unpackSoldLines } from '../storage/sold-lines';
import type { DocumentHead } from '../decide-receipts/document-reader';
import type { Work } from '../decide-receipts/receipt-work';

/** A receipt that may name another one. */
export interface Linkable extends Pick<Work, 'document' | 'names' | 'link' | 'kept' | 'lines' | 'findings'> {
  readonly head: Pick<DocumentHead, 'documentId' | 'storeNo'>;
}

/** Finds, for the receipts that name another one, which it is: in the tables, else in their own batch. */
export async function linkReceipts(tx: Tx, works: readonly Linkable[]): Promise<void> {
  const naming = works.filter(({ document }) => namesReceipt(document));
  if (naming.length === 0) return;
  const named = naming.map((work) => ({ work, references: saleReferences(work.document) }));
  const finder = await SaleFinder.load(
    tx,
    named.flatMap(({ work, references }) =>
      references.map((reference) => ({ storeNo: work.head.storeNo, reference })),
    ),
  );
  const batch = new BatchSales(works);
  for (const { work, references } of named) {
    work.names = references.length > 0;
    for (const reference of references) {
      const { documentId, storeNo } = work.head;
      const found = finder.find({ storeNo, reference }) ?? batch.find(reference, work);
      if (found === null || found === documentId) continue;
      if (reference.by === 'basis' && !(await isOfDate(tx, { found, reference, batch }))) continue;
      work.link = { documentId: found, by: reference.by };
      break;
    }
  }
}

/** Receipts of the same transaction, by what may name them. */
class BatchSales {
  private readonly byDocument: ReadonlyMap<string, Linkable>;
  private readonly byKey: ReadonlyMap<string, string>;

  constructor(private readonly works: readonly Linkable[]) {
    this.byDocument = new Map(works.map((work) => [work.head.documentId, work]));
    this.byKey = new Map(
      works.flatMap(({ head, document }) =>
        identityKeys(document.identities).map((key): [string, string] => [key, head.documentId]),
      ),
    );
  }

  find(reference: SaleReference, by: Linkable): string | null {
    if ('documentId' in reference && this.byDocument.has(reference.documentId)) return reference.documentId;
    if ('key' in reference) return this.byKey.get(reference.key) ?? null;
    if (reference.by !== 'fpd') return null;
    const found = this.works.filter(
      ({ head, document }) =>
        head.storeNo === by.head.storeNo &&
        head.documentId !== by.head.documentId &&
        fpdNumber(document.fiscal?.fpd) === reference.fpd,
    );
    return found.length === 1 ? (found[0]?.head.documentId ?? null) : null;
  }

  work(documentId: string): Linkable | undefined {
    return this.byDocument.get(documentId);
  }
}

interface DateQuestion {
  readonly found: string;
  readonly reference: Extract<SaleReference, { by: 'basis' }>;
  readonly batch: BatchSales;
}

/** Few corrections come here: the receipt itself is read back. */
async function isOfDate(tx: Tx, { found, reference, batch }: DateQuestion): Promise<boolean> {
  const here = batch.work(found)?.document;
  if (here !== undefined) return here.time.localDate === reference.localDate;
  const states = await lockReceipts(tx, [found]);
  const receipts = await readDecidedReceipts(tx, states);
  return [...receipts.values()].some(({ document }) => document.time.localDate === reference.localDate);
}

/** A line of a customer's return, to be remembered with the sale. */
export interface CountedLine<Receipt extends Linkable = Linkable> extends LinkedLine {
  readonly work: Receipt;
  readonly saleDocumentId: string;
}

/**
 * Names on each line of a linked receipt the line that it returns or mends. Customers' returns are counted against what
 * was sold; a mended or corrected receipt brings other goods by nature, so nothing is noticed there.
 */
export async function linkLinesOf<Receipt extends Linkable>(
  tx: Tx,
  works: readonly Receipt[],
  states: readonly ReceiptState[],
): Promise<CountedLine<Receipt>[]> {
  const linked = works.filter(({ link, kept }) => link !== null && kept === null);
  if (linked.length === 0) return [];
  const sales = new Map(states.map((state) => [state.documentId, state]));
  const batch = new Map(works.map((work) => [work.head.documentId, work]));
  const returned = await readReturned(
    tx,
    linked.flatMap(({ link }) => (link === null ? [] : [link.documentId])),
  );
  const counted: CountedLine<Receipt>[] = [];
  for (const work of linked) {
    const saleDocumentId = work.link?.documentId ?? '';
    const sold = soldLines(sales.get(saleDocumentId), batch.get(saleDocumentId));
    if (sold.length === 0) continue;
    const isReturn = purposeOf(work.document) === 'customerReturn';
    const earlier = isReturn ? returned.get(saleDocumentId) : undefined;
    const before = earlier ?? new Map<number, number>();
    const { links, findings } = linkLines(returnedLines(work), sold, before);
    const saleLines = new Map(links.map((link) => [link.lineNo, link.saleLineNo]));
    work.lines = work.lines.map((line) => {
      const saleLineNo = saleLines.get(line.lineNo);
      return saleLineNo === undefined ? line : { ...line, saleLineNo };
    });
    if (!isReturn) continue;
    work.findings = findings;
    returned.set(saleDocumentId, before);
    for (const link of links) {
      before.set(link.saleLineNo, (before.get(link.saleLineNo) ?? 0) + link.quantityMilli);
      counted.push({ ...link, work, saleDocumentId });
    }
  }
  return counted;
}

function soldLines(state: ReceiptState | undefined, work: Linkable | undefined): SoldLine[] {
  if (state?.sold !== undefined && state.sold !== null) return unpackSoldLines(state.sold);
  return work === undefined ? [] : soldLinesOf(work);
}

/** The lines that a return may bring back. */
export function soldLinesOf({ document, lines }: Linkable): SoldLine[] {
  if (document.operation !== 'sale') return [];
  return lines.filter((_, index) => document.lines[index]?.state === 'sold');
}

/** A line of it was not found in the receipt that it names: what is learned of either may still tell. */
export function isPartlyLinked({ document, lines }: Pick<Linkable, 'document' | 'lines'>): boolean {
  const sold = new Set(document.lines.flatMap(({ lineNo, state }) => (state === 'sold' ? [lineNo] : [])));
  return lines.some(({ lineNo, saleLineNo }) => saleLineNo === undefined && sold.has(lineNo));
}

function returnedLines({ document, lines }: Linkable): ReturnedLine[] {
  const statedLines = new Map(document.lines.map((line) => [line.lineNo, line]));
  return lines.flatMap((line) => {
    const stated = statedLines.get(line.lineNo);
    if (stated?.state !== 'sold') return [];
    const { lineNo, productNo, quantityMilli } = line;
    return [{ lineNo, productNo, quantityMilli, originalLineNo: stated.originalLineNo }];
  });
}
