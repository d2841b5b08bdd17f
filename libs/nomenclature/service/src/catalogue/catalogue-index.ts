import { present } from '@potok/kernel/assert';
import { CHAIN_SCOPE } from '@potok/nomenclature-domain/catalogue';
import type { BarcodeEntry, Catalogue, CodeTarget } from '@potok/nomenclature-domain/catalogue';
import type { ProductKind } from '@potok/nomenclature-contracts/product.v1';
import type { Tx } from '@potok/platform-postgres/tx';
import { eachBarcode, eachExternalCode, eachProduct } from './catalogue-pages';
import type { BarcodeRow, ExternalCodeRow, ProductRow } from './catalogue-pages';

const NONE: readonly BarcodeEntry[] = [];
const EXACT = { numerator: 1, denominator: 1 } as const;

/**
 * The catalogue in memory, brought up to the version that a transaction reads. Writers hold the version's row until
 * they commit, so every row up to a version that can be read is there to be read.
 */
export class CatalogueIndex implements Catalogue {
  private loadedVersion = -1;
  private readonly productIds = new Map<number, string>();
  /** Of products that are no goods. */
  private readonly kinds = new Map<number, ProductKind>();
  private readonly articles = new Map<string, number>();
  private readonly articleOf = new Map<number, string>();
  private readonly byBarcode = new Map<string, readonly BarcodeEntry[]>();
  private readonly bySystem = new Map<string, ReadonlyMap<string, number>>();
  private loading: Promise<unknown> = Promise.resolve();

  get version(): number {
    return this.loadedVersion;
  }

  /**
   * The version as this transaction sees it, after the index has come up to it. Loads of concurrent transactions
   * follow one another: each sees a whole catalogue.
   */
  refresh(tx: Tx): Promise<number> {
    const turn = this.loading.then(() => this.load(tx));
    this.loading = turn.catch(() => undefined);
    return turn;
  }

  barcodes(barcode: string): readonly BarcodeEntry[] {
    return this.byBarcode.get(barcode) ?? NONE;
  }

  article(article: string): CodeTarget | null {
    const productNo = this.articles.get(article);
    return productNo === undefined ? null : this.target(productNo);
  }

  externalCode(code: string, systems: readonly string[]): CodeTarget | null {
    const known = this.bySystem.get(code);
    if (known === undefined) return null;
    for (const system of systems) {
      const own = known.get(system);
      if (own !== undefined) return this.target(own);
    }
    const products = new Set(known.values());
    const [productNo] = products;
    return products.size !== 1 || productNo === undefined ? null : this.target(productNo);
  }

  kindOf(productNo: number): ProductKind {
    return this.kinds.get(productNo) ?? 'goods';
  }

  private async load(tx: Tx): Promise<number> {
    const { rows } = await tx.query<{ version: bigint }>('SELECT version FROM catalogue');
    const version = Number(rows[0]?.version ?? 0n);
    if (version <= this.loadedVersion) return this.loadedVersion;
    await eachProduct(tx, this.loadedVersion, (row) => {
      this.putProduct(row);
    });
    await eachBarcode(tx, this.loadedVersion, (row) => {
      this.putBarcode(row);
    });
    await eachExternalCode(tx, this.loadedVersion, (row) => {
      this.putExternalCode(row);
    });
    this.loadedVersion = version;
    return version;
  }

  private putProduct(row: ProductRow): void {
    const { product_no: productNo, article } = row;
    this.productIds.set(productNo, row.product_id);
    if (row.kind === 'goods') this.kinds.delete(productNo);
    else this.kinds.set(productNo, row.kind);
    const before = this.articleOf.get(productNo);
    if (before !== undefined && this.articles.get(before) === productNo) this.articles.delete(before);
    this.articleOf.delete(productNo);
    if (article === null || !row.active) return;
    this.articles.set(article, productNo);
    this.articleOf.set(productNo, article);
  }

  /** A product that is not known yet came with a version later than the one being loaded: the next load has both. */
  private putBarcode(row: BarcodeRow): void {
    const productId = this.productIds.get(row.product_no);
    if (productId === undefined) return;
    const { numerator, denominator } = row;
    const entry: BarcodeEntry = {
      scope: row.scope === CHAIN_SCOPE ? CHAIN_SCOPE : row.scope,
      validFromMs: row.from_ms ?? -Infinity,
      validToMs: row.to_ms ?? Infinity,
      productNo: row.product_no,
      productId,
      coefficient: numerator === denominator ? EXACT : { numerator, denominator },
    };
    const others = this.byBarcode
      .get(row.barcode)
      ?.filter((other) => other.scope !== entry.scope || other.validFromMs !== entry.validFromMs);
    const entries = row.removed ? (others ?? NONE) : others === undefined ? [entry] : [...others, entry];
    if (entries.length === 0) this.byBarcode.delete(row.barcode);
    else this.byBarcode.set(row.barcode, entries);
  }

  private putExternalCode({ system, code, product_no: productNo }: ExternalCodeRow): void {
    if (!this.productIds.has(productNo)) return;
    this.bySystem.set(code, new Map([...(this.bySystem.get(code) ?? []), [system, productNo]]));
  }

  private target(productNo: number): CodeTarget {
    const productId = present(this.productIds.get(productNo), `product ${String(productNo)} of a code`);
    return { productNo, productId, coefficient: EXACT };
  }
}
