import { present } from '@potok/kernel/assert';
import type { BarcodeEntry, Catalogue, CodeTarget } from '@potok/nomenclature-domain/catalogue';
import type { ProductKind } from '@potok/nomenclature-contracts/product.v1';
import type { Tx } from '@potok/platform-postgres/tx';

const NONE: readonly BarcodeEntry[] = [];
const EXACT = { numerator: 1, denominator: 1 } as const;

interface ProductRow {
  readonly product_no: number;
  readonly product_id: string;
  readonly article: string | null;
  readonly kind: ProductKind;
  readonly active: boolean;
}

interface BarcodeRow {
  readonly scope: string;
  readonly barcode: string;
  readonly from_ms: number | null;
  readonly to_ms: number | null;
  readonly product_no: number;
  readonly numerator: number;
  readonly denominator: number;
  readonly removed: boolean;
}

interface ExternalCodeRow {
  readonly system: string;
  readonly code: string;
  readonly product_no: number;
}

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
    await this.loadProducts(tx);
    await this.loadBarcodes(tx);
    await this.loadExternalCodes(tx);
    this.loadedVersion = version;
    return version;
  }

  private async loadProducts(tx: Tx): Promise<void> {
    const { rows } = await tx.query<ProductRow>(
      `SELECT product_no, product_id, article, kind, status = 'active' AS active FROM product
       WHERE catalogue_version > $1 AND status <> 'unmatched' ORDER BY catalogue_version`,
      [this.loadedVersion],
    );
    for (const row of rows) {
      this.productIds.set(row.product_no, row.product_id);
      if (row.kind === 'goods') this.kinds.delete(row.product_no);
      else this.kinds.set(row.product_no, row.kind);
      const before = this.articleOf.get(row.product_no);
      if (before !== undefined && this.articles.get(before) === row.product_no) this.articles.delete(before);
      this.articleOf.delete(row.product_no);
    }
    for (const row of rows) {
      if (row.article === null || !row.active) continue;
      this.articles.set(row.article, row.product_no);
      this.articleOf.set(row.product_no, row.article);
    }
  }

  private async loadBarcodes(tx: Tx): Promise<void> {
    const { rows } = await tx.query<BarcodeRow>(
      `SELECT scope, barcode, product_no, numerator, denominator, removed,
         CASE WHEN isfinite(valid_from) THEN extract(epoch FROM valid_from)::float8 * 1000 END AS from_ms,
         CASE WHEN isfinite(valid_to) THEN extract(epoch FROM valid_to)::float8 * 1000 END AS to_ms
       FROM barcode WHERE catalogue_version > $1`,
      [this.loadedVersion],
    );
    for (const row of rows) this.putBarcode(row);
  }

  /** A product that is not known yet came with a version later than the one being loaded: the next load has both. */
  private putBarcode(row: BarcodeRow): void {
    const productId = this.productIds.get(row.product_no);
    if (productId === undefined) return;
    const { numerator, denominator } = row;
    const entry: BarcodeEntry = {
      scope: row.scope,
      validFromMs: row.from_ms ?? -Infinity,
      validToMs: row.to_ms ?? Infinity,
      productNo: row.product_no,
      productId,
      coefficient: numerator === denominator ? EXACT : { numerator, denominator },
    };
    const others = this.barcodes(row.barcode).filter(
      (other) => other.scope !== entry.scope || other.validFromMs !== entry.validFromMs,
    );
    const entries = row.removed ? others : [...others, entry];
    if (entries.length === 0) this.byBarcode.delete(row.barcode);
    else this.byBarcode.set(row.barcode, entries);
  }

  private async loadExternalCodes(tx: Tx): Promise<void> {
    const { rows } = await tx.query<ExternalCodeRow>(
      'SELECT system, code, product_no FROM external_code WHERE catalogue_version > $1',
      [this.loadedVersion],
    );
    for (const { system, code, product_no: productNo } of rows) {
      if (!this.productIds.has(productNo)) continue;
      this.bySystem.set(code, new Map([...(this.bySystem.get(code) ?? []), [system, productNo]]));
    }
  }

  private target(productNo: number): CodeTarget {
    const productId = present(this.productIds.get(productNo), `product ${String(productNo)} of a code`);
    return { productNo, productId, coefficient: EXACT };
  }
}
