import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import type { SaleReference } from '@potok/nomenclature-domain/sale-reference';

export interface ReferenceOf {
  readonly storeNo: number;
  readonly reference: SaleReference;
}

/** Receipts that references may lead to: from the tables, one statement for each way of naming them. */
export class SaleFinder {
  private readonly documents = new Set<string>();
  private readonly byKey = new Map<string, string>();
  private readonly byFpd = new Map<number, { readonly documentId: string; readonly storeNo: number }[]>();

  static async load(tx: Tx, wanted: readonly ReferenceOf[]): Promise<SaleFinder> {
    const finder = new SaleFinder();
    const references = wanted.map(({ reference }) => reference);
    const keys = references.flatMap((reference) => ('key' in reference ? [reference.key] : []));
    const fpds = references.flatMap((reference) => ('fpd' in reference ? [reference.fpd] : []));
    const ids = references.flatMap((reference) => ('documentId' in reference ? [reference.documentId] : []));
    await finder.loadKeys(tx, keys);
    await finder.loadFpds(tx, fpds);
    await finder.loadDocuments(tx, [...ids, ...finder.byKey.values()]);
    return finder;
  }

  /** The documentId; null when there is no such receipt, or more than one. */
  find({ storeNo, reference }: ReferenceOf): string | null {
    if (reference.by === 'fpd') return this.findByFpd(reference.fpd, storeNo);
    if ('documentId' in reference && this.documents.has(reference.documentId)) return reference.documentId;
    if (!('key' in reference)) return null;
    const documentId = this.byKey.get(reference.key);
    return documentId !== undefined && this.documents.has(documentId) ? documentId : null;
  }

  /** A ФПД is not unique in the world: the store's own first, then the only one. */
  private findByFpd(fpd: number, storeNo: number): string | null {
    const found = this.byFpd.get(fpd) ?? [];
    const own = found.filter((receipt) => receipt.storeNo === storeNo);
    const candidates = new Set((own.length > 0 ? own : found).map(({ documentId }) => documentId));
    const [documentId] = candidates;
    return candidates.size === 1 && documentId !== undefined ? documentId : null;
  }

  private async loadKeys(tx: Tx, keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    const { rows } = await tx.query<{ identity_key: string; document_id: string }>(
      'SELECT identity_key, document_id FROM receipt_identity WHERE identity_key = ANY($1::text[])',
      [textArray(keys)],
    );
    for (const row of rows) this.byKey.set(row.identity_key, row.document_id);
  }

  private async loadFpds(tx: Tx, fpds: readonly number[]): Promise<void> {
    if (fpds.length === 0) return;
    const { rows } = await tx.query<{ fpd: bigint; document_id: string; store_no: number }>(
      'SELECT fpd, document_id, store_no FROM receipt WHERE fpd = ANY($1::bigint[]) AND NOT ended',
      [integerArray(fpds)],
    );
    for (const row of rows) {
      const fpd = Number(row.fpd);
      const receipt = { documentId: row.document_id, storeNo: row.store_no };
      this.byFpd.set(fpd, [...(this.byFpd.get(fpd) ?? []), receipt]);
    }
  }

  private async loadDocuments(tx: Tx, documentIds: readonly string[]): Promise<void> {
    if (documentIds.length === 0) return;
    const { rows } = await tx.query<{ document_id: string }>(
      'SELECT document_id FROM receipt WHERE document_id = ANY($1::uuid[])',
      [textArray(documentIds)],
    );
    for (const row of rows) this.documents.add(row.document_id);
  }
}
