import type { DocumentsBook } from './documents-book';
import type { ExpectedDocument, Expectations } from './expectations';
import type { Faults } from './faults';
import { compareMeaning } from './compare-meaning';
import type { MovementsBook } from './movements-book';
import type { ReceiptsBook } from './receipts-book';
import type { ProductsBook } from './state-books';

export interface Books {
  readonly documents: DocumentsBook;
  readonly receipts: ReceiptsBook;
  readonly movements: MovementsBook;
  readonly products: ProductsBook;
}

/** A document that moved stock as soon as it was acknowledged. */
export interface PromptDocument {
  readonly documentId: string;
  readonly acknowledgedAtMs: number;
}

/** What the comparison of documents finds besides faults. */
export interface DocumentFindings {
  readonly linesUnmatched: number;
  /** Lines whose effect on the stock waits for a person. */
  readonly linesUndecided: number;
  /** Those that went through without waiting for anything. */
  readonly prompt: readonly PromptDocument[];
  /** The documentId of each expected document that was found. */
  readonly documentIds: ReadonlyMap<string, string>;
}

/** Follows every expected document through the topics: exactly once on each, with all of its lines. */
export function compareDocuments(
  { documents, bound, refused }: Expectations,
  books: Books,
  faults: Faults,
): DocumentFindings {
  const documentIds = new Map<string, string>();
  const prompt: PromptDocument[] = [];
  let linesUnmatched = 0;
  let linesUndecided = 0;
  for (const { facts, code } of refused) faults.note('lost', facts.key, `usable, refused: ${String(code)}`);
  for (const expected of documents) {
    if (expected.facts.role === 'archived') continue;
    const documentId = findDocument(expected, books, faults);
    if (documentId === null) continue;
    documentIds.set(expected.facts.key, documentId);
    if (expected.facts.role === 'sale') {
      const found = checkReceipt(expected, documentId, { books, faults });
      linesUnmatched += found.unmatched;
      linesUndecided += found.undecided;
    }
    const isPrompt = checkMovements(expected, documentId, { books, faults });
    if (isPrompt) prompt.push({ documentId, acknowledgedAtMs: expected.acknowledgedAtMs });
  }
  checkBound(bound, books, faults);
  return { linesUnmatched, linesUndecided, prompt, documentIds };
}

/** Documents on the topic that nobody sent. Holds only when everything sent was acknowledged. */
export function findInvented({ documents, bound }: Expectations, books: Books, faults: Faults): void {
  const sent = new Set(
    [...documents.map(({ facts }) => facts), ...bound].flatMap(({ identities }) => identities),
  );
  for (const [identity, ids] of books.documents.byIdentity) {
    if (!sent.has(identity)) faults.note('doubled', [...ids].join(' '), `nobody sent ${identity}`);
  }
}

function findDocument({ facts }: ExpectedDocument, { documents }: Books, faults: Faults): string | null {
  const ids = new Set(
    facts.identities.flatMap((identity) => [...(documents.byIdentity.get(identity) ?? [])]),
  );
  const [documentId] = ids;
  if (documentId === undefined) {
    faults.note(
      'lost',
      facts.key,
      `${facts.kind} ${facts.identities.join(' ')} is not on the topic of documents`,
    );
    return null;
  }
  if (ids.size > 1) faults.note('doubled', facts.key, `is ${[...ids].join(' and ')}`);
  const registered = documents.registered.get(documentId) ?? 0;
  if (registered > 1)
    faults.note('doubled', facts.key, `${documentId} is registered ${String(registered)} times`);
  return documentId;
}

interface Checking {
  readonly books: Books;
  readonly faults: Faults;
}

interface FoundLines {
  readonly unmatched: number;
  readonly undecided: number;
}

function checkReceipt(
  { facts }: ExpectedDocument,
  documentId: string,
  { books, faults }: Checking,
): FoundLines {
  const receipt = books.receipts.byDocument.get(documentId);
  if (receipt === undefined || receipt.registered === 0) {
    faults.note('lost', facts.key, `${documentId} is not on the topic of receipts`);
    return { unmatched: 0, undecided: 0 };
  }
  if (receipt.registered > 1) {
    faults.note('doubled', facts.key, `${documentId} is decided first ${String(receipt.registered)} times`);
  }
  compareMeaning(facts, receipt.lines, faults);
  let unmatched = 0;
  for (const [lineNo] of facts.lines) {
    const productId = receipt.lines.get(lineNo)?.productId;
    if (productId !== undefined && books.products.isUnmatched(productId)) unmatched += 1;
  }
  const undecided = [...receipt.lines.values()].filter(({ stockEffect }) => stockEffect === 'unknown').length;
  return { unmatched, undecided };
}

/** Answers whether it moved stock at once: what waited for a person or a barcode says nothing of freshness. */
function checkMovements(
  { facts }: ExpectedDocument,
  documentId: string,
  { books, faults }: Checking,
): boolean {
  const posted = books.movements.byDocument.get(documentId);
  const wanted = new Map(facts.lines.map(([lineNo, , , deltaMilli]) => [lineNo, deltaMilli]));
  for (const [lineNo, deltaMilli] of wanted) {
    const line = `line ${String(lineNo)} of ${facts.kind} ${documentId}`;
    const standing = posted?.standing.get(lineNo) ?? 0;
    if (standing === 0) faults.note('lost', facts.key, `${line} has no movement`);
    else if (standing !== deltaMilli) {
      faults.note('movement', facts.key, `${line} moves ${String(standing)}, not ${String(deltaMilli)}`);
    }
  }
  for (const [lineNo, standing] of posted?.standing ?? []) {
    if (standing === 0 || wanted.has(lineNo)) continue;
    const line = `line ${String(lineNo)} of ${facts.kind} ${documentId}`;
    faults.note('doubled', facts.key, `${line} moves stock and should not`);
  }
  for (const [line, count] of posted?.originals ?? []) {
    if (count > 1) faults.note('doubled', facts.key, `${line} of ${documentId} moved ${String(count)} times`);
  }
  const isDecidedLater = (facts.receipt?.personDecides ?? null) !== null;
  const movesLater = facts.heldFirst || facts.movesLater === true || isDecidedLater;
  return posted !== undefined && wanted.size > 0 && !movesLater;
}

/** All names of a full copy lead to the one document that the report of the cloud made. */
function checkBound(bound: Expectations['bound'], { documents }: Books, faults: Faults): void {
  for (const { key, identities } of bound) {
    const ids = new Set<string>();
    for (const identity of identities) {
      const found = documents.byIdentity.get(identity);
      if (found === undefined) faults.note('lost', key, `${identity} is not bound to its document`);
      for (const id of found ?? []) ids.add(id);
    }
    if (ids.size > 1)
      faults.note('doubled', key, `${identities.join(' and ')} are ${[...ids].join(' and ')}`);
  }
}
