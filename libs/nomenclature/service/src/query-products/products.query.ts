import type { Transactor } from '@potok/platform-postgres/tx';
import { normalisedBarcode } from '@potok/retail/gs1';
import { readProducts } from '../storage/product-rows';
import type { StoredProduct } from '../storage/product-rows';

export interface ProductsQuestion {
  readonly barcode: string | null;
  readonly article: string | null;
  /** Part of the name. */
  readonly text: string | null;
  readonly afterId: string | null;
  readonly limit: number;
}

export interface UnmatchedProduct {
  readonly productId: string;
  readonly kind: string;
  readonly key: string;
  readonly measure: string;
  readonly sampleName: string | null;
  readonly lines: number;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly stores: number;
}

interface UnmatchedRow {
  readonly product_id: string;
  readonly kind: string;
  readonly key: string;
  readonly measure: string;
  readonly name: string;
  readonly lines: bigint;
  readonly first_seen: Date;
  readonly last_seen: Date;
  readonly stores: bigint;
}

/** Products for people and integrators. */
export class ProductsQuery {
  constructor(private readonly database: Transactor) {}

  async byId(productId: string): Promise<StoredProduct | null> {
    const [product] = await readProducts(this.database, 'WHERE p.product_id = $1', [productId]);
    return product ?? null;
  }

  find(question: ProductsQuestion): Promise<StoredProduct[]> {
    return readProducts(
      this.database,
      `WHERE p.status <> 'unmatched'
         AND ($1::text IS NULL OR p.product_no IN (SELECT product_no FROM barcode WHERE barcode = $1 AND NOT removed))
         AND ($2::text IS NULL OR p.article = $2)
         AND ($3::text IS NULL OR position(lower($3) IN lower(p.name)) > 0)
         AND ($4::text IS NULL OR p.product_id > $4)
       ORDER BY p.product_id LIMIT $5`,
      [
        question.barcode === null ? null : normalisedBarcode(question.barcode),
        question.article,
        question.text,
        question.afterId,
        question.limit,
      ],
    );
  }

  /** Codes that nobody has explained yet, those with the most lines first. */
  async unmatched(limit: number): Promise<UnmatchedProduct[]> {
    const { rows } = await this.database.query<UnmatchedRow>(
      `SELECT p.product_id, p.unmatched_kind AS kind, p.unmatched_key AS key, p.unmatched_measure AS measure, p.name,
         count(*) AS lines, min(l.recorded_at) AS first_seen, max(l.recorded_at) AS last_seen,
         count(DISTINCT l.store_no) AS stores
       FROM unmatched_line l JOIN product p USING (product_no)
       GROUP BY p.product_no ORDER BY lines DESC, p.product_id LIMIT $1`,
      [limit],
    );
    return rows.map((row) => ({
      productId: row.product_id,
      kind: row.kind,
      key: row.key,
      measure: row.measure,
      sampleName: row.name,
      lines: Number(row.lines),
      firstSeenAt: row.first_seen.toISOString(),
      lastSeenAt: row.last_seen.toISOString(),
      stores: Number(row.stores),
    }));
  }
}
