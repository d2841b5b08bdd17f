import type { Clock } from '@potok/kernel/clock';
import type { RejectedRow, UpsertAnswer } from '@potok/nomenclature-contracts/nomenclature-http';
import { mergeProduct, sameFields } from '@potok/nomenclature-domain/merge-product';
import type { ProductFields } from '@potok/nomenclature-domain/merge-product';
import { textArray } from '@potok/platform-postgres/array-parameters';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import type { ProductPublication } from '../publish-products/product-publication';
import { addRematchKeys } from '../rematch-lines/rematch-keys';
import { CodeOwners } from '../storage/code-owners';
import type { CodeClaim } from '../storage/code-owners';
import { lockCatalogue, writeBarcodes, writeExternalCodes, writeProducts } from '../storage/catalogue-writer';
import type { BarcodeWrite, ExternalCodeWrite, ProductWrite } from '../storage/catalogue-writer';
import { readProducts } from '../storage/product-rows';
import type { StoredProduct } from '../storage/product-rows';
import { readRows, rejection } from './read-rows';
import type { UpsertRow } from './read-rows';

export interface UpsertDeps {
  readonly database: Transactor;
  readonly publication: ProductPublication;
  readonly clock: Clock;
  /** Called after a commit that taught codes. */
  readonly onCodesLearned: () => void;
}

/** What one request changes, gathered before it is written: one statement a table. */
interface Changes {
  readonly products: ProductWrite[];
  readonly barcodes: BarcodeWrite[];
  readonly externalCodes: ExternalCodeWrite[];
  created: number;
  unchanged: number;
}

/**
 * Creates and changes products in bulk. The catalogue's version is locked first, so that versions are in the order of
 * commits; codes that are new are noted for the re-match in the same transaction.
 */
export class UpsertProductsHandler {
  constructor(private readonly deps: UpsertDeps) {}

  handle(rows: readonly unknown[]): Promise<UpsertAnswer> {
    const { good, rejected } = readRows(rows);
    return this.deps.database.tx(async (tx) => {
      const version = (await lockCatalogue(tx)) + 1;
      const before = await readBefore(tx, good);
      const wanted = good.map((row) => merged(row, before.get(row.product.productId) ?? null));
      const owners = await CodeOwners.load(
        tx,
        wanted.map(({ claim }) => claim),
      );
      const changes: Changes = { products: [], barcodes: [], externalCodes: [], created: 0, unchanged: 0 };
      for (const product of wanted) {
        const refusal = owners.refusalOf(product.claim);
        if (refusal === null) gather(changes, owners, product);
        else rejected.push(rejection(product.row.row, { raw: product.row.product, ...refusal }));
      }
      return this.write(tx, { changes, version, rejected });
    });
  }

  private async write(
    tx: Tx,
    { changes, version, rejected }: { changes: Changes; version: number; rejected: RejectedRow[] },
  ): Promise<UpsertAnswer> {
    const changed = changes.products.length - changes.created;
    const answer = {
      created: changes.created,
      changed,
      unchanged: changes.unchanged,
      rejected: sorted(rejected),
    };
    if (changes.products.length === 0) {
      return { ...answer, barcodesLearned: 0, catalogueVersion: version - 1 };
    }
    await tx.query('UPDATE catalogue SET version = $1', [version]);
    await writeProducts(tx, changes.products, { version, nowMs: this.deps.clock.nowMs() });
    await writeBarcodes(tx, changes.barcodes, version);
    await writeExternalCodes(tx, changes.externalCodes, version);
    await addRematchKeys(tx, changes, version);
    await this.deps.publication.changed(
      tx,
      changes.products.map(({ productId }) => productId),
    );
    tx.afterCommit(this.deps.onCodesLearned);
    return { ...answer, barcodesLearned: changes.barcodes.length, catalogueVersion: version };
  }
}

async function readBefore(tx: Tx, rows: readonly UpsertRow[]): Promise<Map<string, StoredProduct>> {
  const found = await readProducts(tx, 'WHERE p.product_id = ANY($1::text[])', [
    textArray(rows.map(({ product }) => product.productId)),
  ]);
  return new Map(found.map((product) => [product.productId, product]));
}

/** A row with what its product was, and is to be. */
interface Merged {
  readonly row: UpsertRow;
  readonly before: ProductFields | null;
  readonly fields: ProductFields;
  readonly claim: CodeClaim;
}

function merged(row: UpsertRow, stored: StoredProduct | null): Merged {
  const { product, stated } = row;
  const { productId, barcodes, externalCodes } = product;
  const before = stored === null ? null : fieldsOf(stored);
  const fields = mergeProduct(before, product, stated);
  return {
    row,
    before,
    fields,
    claim: { productId, article: articleInUse(fields), barcodes, externalCodes },
  };
}

function articleInUse({ status, article }: ProductFields): string | null {
  return status === 'active' ? (article ?? null) : null;
}

function gather(changes: Changes, owners: CodeOwners, { before, fields, claim }: Merged): void {
  const { productId, article } = claim;
  const barcodes = owners.newBarcodes(claim);
  const externalCodes = owners.newExternalCodes(claim);
  const same = before !== null && sameFields(before, fields);
  if (same && barcodes.length === 0 && externalCodes.length === 0) {
    changes.unchanged += 1;
    return;
  }
  if (before === null) changes.created += 1;
  const articleIsNew = article !== null && (before === null || article !== articleInUse(before));
  changes.products.push({ productId, fields, articleIsNew });
  changes.barcodes.push(...barcodes.map((code) => ({ ...code, productId })));
  changes.externalCodes.push(...externalCodes.map((code) => ({ ...code, productId })));
  owners.claim(claim);
}

function fieldsOf(product: StoredProduct): ProductFields {
  const {
    productId,
    productNo,
    unmatchedKey,
    barcodes,
    externalCodes,
    catalogueVersion,
    version,
    recordedAt,
    ...fields
  } = product;
  return fields;
}

function sorted(rejected: readonly RejectedRow[]): RejectedRow[] {
  return [...rejected].sort((a, b) => a.row - b.row);
}
