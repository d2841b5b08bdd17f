import type { UpsertProduct } from '@potok/nomenclature-contracts/nomenclature-http';
import type { Barcode } from '@potok/nomenclature-contracts/product.v1';
import { overlaps, validityOf } from '@potok/nomenclature-domain/code-validity';
import { textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import { readProducts } from './product-rows';

interface OwnedBarcode {
  readonly productId: string;
  readonly code: Barcode;
}

export interface Refusal {
  readonly code: 'articleTaken' | 'barcodeTaken';
  readonly field: string;
  readonly message: string;
}

/** The codes that a product is to have. */
export interface CodeClaim extends Pick<UpsertProduct, 'productId' | 'barcodes' | 'externalCodes'> {
  /** Null also of an archived product: its article is free. */
  readonly article: string | null;
}

/** Who has the codes that a request names: in the tables, and by earlier rows of the request. */
export class CodeOwners {
  private readonly articles = new Map<string, string>();
  private readonly barcodes = new Map<string, OwnedBarcode[]>();
  private readonly externalCodes = new Map<string, string>();

  static async load(tx: Tx, products: readonly CodeClaim[]): Promise<CodeOwners> {
    const owners = new CodeOwners();
    const articles = products.flatMap(({ article }) => (article === null ? [] : [article]));
    const barcodes = products.flatMap((product) => product.barcodes.map(({ barcode }) => barcode));
    const external = products.flatMap((product) => product.externalCodes.map(({ code }) => code));
    const found = await readProducts(
      tx,
      `WHERE p.product_no IN (
         SELECT product_no FROM product WHERE status = 'active' AND article = ANY($1::text[])
         UNION SELECT product_no FROM barcode WHERE barcode = ANY($2::text[]) AND NOT removed
         UNION SELECT product_no FROM external_code WHERE code = ANY($3::text[]))`,
      [textArray(articles), textArray(barcodes), textArray(external)],
    );
    for (const product of found) {
      if (product.article !== undefined && product.status === 'active')
        owners.articles.set(product.article, product.productId);
      for (const code of product.barcodes) owners.own(product.productId, code);
      for (const { system, code } of product.externalCodes)
        owners.externalCodes.set(`${system}|${code}`, product.productId);
    }
    return owners;
  }

  /** Why the product may not have its codes; null when it may. */
  refusalOf(product: CodeClaim): Refusal | null {
    const { productId, article } = product;
    const owner = article === null ? undefined : this.articles.get(article);
    if (owner !== undefined && owner !== productId) {
      return {
        code: 'articleTaken',
        field: 'article',
        message: `the article ${article ?? ''} is that of ${owner}`,
      };
    }
    return product.barcodes.reduce<Refusal | null>(
      (refusal, code) => refusal ?? this.overlapOf(code, product),
      null,
    );
  }

  /** Another entry of the code that is valid at the same time; those that the product states anew are replaced. */
  private overlapOf(code: Barcode, product: CodeClaim): Refusal | null {
    const stated = new Set(product.barcodes.map(entryOf));
    const other = this.at(code).find(
      (owned) =>
        overlaps(validityOf(owned.code), validityOf(code)) &&
        (owned.productId !== product.productId || !stated.has(entryOf(owned.code))),
    );
    if (other === undefined) return null;
    const whose = other.productId === product.productId ? 'this product itself' : other.productId;
    const message = `the barcode ${code.barcode} leads to ${whose} in ${code.scope} at an overlapping time`;
    return { code: 'barcodeTaken', field: 'barcodes', message };
  }

  /** Barcodes of the product that are new or say something else than before. */
  newBarcodes(product: CodeClaim): Barcode[] {
    return product.barcodes.filter(
      (code) =>
        !this.at(code).some((owned) => owned.productId === product.productId && same(owned.code, code)),
    );
  }

  newExternalCodes(product: CodeClaim): CodeClaim['externalCodes'] {
    return product.externalCodes.filter(
      ({ system, code }) => this.externalCodes.get(`${system}|${code}`) !== product.productId,
    );
  }

  claim(product: CodeClaim): void {
    if (product.article !== null) this.articles.set(product.article, product.productId);
    for (const code of product.barcodes) this.own(product.productId, code);
    for (const { system, code } of product.externalCodes)
      this.externalCodes.set(`${system}|${code}`, product.productId);
  }

  private own(productId: string, code: Barcode): void {
    const others = this.at(code).filter((owned) => entryOf(owned.code) !== entryOf(code));
    this.barcodes.set(placeOf(code), [...others, { productId, code }]);
  }

  private at(code: Barcode): readonly OwnedBarcode[] {
    return this.barcodes.get(placeOf(code)) ?? [];
  }
}

function placeOf({ scope, barcode }: Barcode): string {
  return `${scope}|${barcode}`;
}

/** The row that it has: one for each place and beginning. */
function entryOf(code: Barcode): string {
  return `${placeOf(code)}|${String(validityOf(code).fromMs)}`;
}

function same(one: Barcode, other: Barcode): boolean {
  const [a, b] = [validityOf(one), validityOf(other)];
  return (
    a.fromMs === b.fromMs &&
    a.toMs === b.toMs &&
    one.coefficient.numerator === other.coefficient.numerator &&
    one.coefficient.denominator === other.coefficient.denominator
  );
}
