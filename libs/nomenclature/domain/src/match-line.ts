import { normalisedBarcode, weighedCodeWithoutWeight, weighedProductPart } from '@potok/retail/gs1';
import type { BarcodeEntry, Catalogue, CodeTarget } from './catalogue';
import { CHAIN_SCOPE, storeScope } from './catalogue';

/** What a line says about the thing that was sold. */
export interface LineCodes {
  readonly barcode?: string | undefined;
  readonly article?: string | undefined;
  readonly externalCode?: string | undefined;
}

/** Where and when it was sold: codes are valid in scopes and times. */
export interface MatchPlace {
  readonly storeId: string;
  readonly ledgerAtMs: number;
  /** Schemes by which the senders of the document name it: the systems whose codes its lines bear. */
  readonly systems: readonly string[];
}

export interface LineMatch {
  readonly target: CodeTarget;
  readonly matchedBy: 'barcode' | 'article' | 'externalCode';
}

/** The product of a line: by its barcode, else its article, else the sender's code; null when none is known. */
export function matchLine(codes: LineCodes, place: MatchPlace, catalogue: Catalogue): LineMatch | null {
  const { barcode, article, externalCode } = codes;
  const byBarcode = barcode === undefined ? null : matchBarcode(barcode, place, catalogue);
  if (byBarcode !== null) return { target: byBarcode, matchedBy: 'barcode' };
  const byArticle = article === undefined ? null : catalogue.article(article);
  if (byArticle !== null) return { target: byArticle, matchedBy: 'article' };
  const byExternal = externalCode === undefined ? null : catalogue.externalCode(externalCode, place.systems);
  return byExternal === null ? null : { target: byExternal, matchedBy: 'externalCode' };
}

/** The whole code first; a weighed code (prefix 20–29) also by the part that names the product. */
function matchBarcode(scanned: string, place: MatchPlace, catalogue: Catalogue): CodeTarget | null {
  const barcode = normalisedBarcode(scanned);
  const exact = valid(catalogue.barcodes(barcode), place);
  if (exact !== null) return exact;
  const part = weighedProductPart(barcode);
  if (part === null) return null;
  return (
    valid(catalogue.barcodes(part), place) ?? valid(catalogue.barcodes(weighedCodeWithoutWeight(part)), place)
  );
}

/** Of the entries valid at that time: the store's own before the chain's. */
function valid(entries: readonly BarcodeEntry[], { storeId, ledgerAtMs }: MatchPlace): BarcodeEntry | null {
  let found: BarcodeEntry | null = null;
  for (const entry of entries) {
    if (ledgerAtMs < entry.validFromMs || ledgerAtMs >= entry.validToMs) continue;
    if (entry.scope === CHAIN_SCOPE) found = entry;
    else if (entry.scope === storeScope(storeId)) return entry;
  }
  return found;
}

/** The key under which lines with this barcode wait for an explanation: one for all weights of a weighed thing. */
export function barcodeKey(scanned: string): string {
  const barcode = normalisedBarcode(scanned);
  return weighedProductPart(barcode) ?? barcode;
}
