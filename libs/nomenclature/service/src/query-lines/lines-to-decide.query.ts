import type {
  LinesSums,
  UndecidedLinesPage,
  UndecidedWhy,
  UnmatchedLinesPage,
} from '@potok/nomenclature-contracts/decisions-http';
import { textArray } from '@potok/platform-postgres/array-parameters';
import type { Transactor } from '@potok/platform-postgres/tx';

export interface LinesFilter {
  /** Stores that the asking principal may see. */
  readonly stores: readonly string[] | '*';
  readonly storeId: string | null;
  readonly productId: string | null;
  /** Bounds of a line's amount, both inclusive. */
  readonly amountFromKopecks: number | null;
  readonly amountToKopecks: number | null;
}

export interface UndecidedFilter extends LinesFilter {
  readonly why: UndecidedWhy | null;
  readonly operation: string | null;
}

export interface UnmatchedFilter extends LinesFilter {
  readonly kind: string | null;
}

export interface Page {
  readonly after: LineKey | null;
  readonly limit: number;
}

/** Place of a line: pages go in this order. */
export interface LineKey {
  readonly storeNo: number;
  readonly receiptSeq: number;
  readonly lineNo: number;
}

interface LineRow {
  readonly store_id: string;
  readonly store_no: number;
  readonly document_id: string;
  readonly receipt_seq: bigint;
  readonly line_no: number;
  readonly product_id: string | null;
  readonly product_name: string | null;
  readonly quantity_milli: bigint;
  readonly amount_kopecks: bigint;
  readonly recorded_at: Date;
}

interface UndecidedRow extends LineRow {
  readonly why: UndecidedWhy;
  readonly operation: string;
  readonly business_date: string;
}

interface UnmatchedRow extends LineRow {
  readonly kind: string | null;
  readonly key: string | null;
}

const FILTER = `($1::text[] IS NULL OR s.store_id = ANY($1::text[])) AND ($2::text IS NULL OR s.store_id = $2)
  AND ($3::text IS NULL OR p.product_id = $3) AND ($4::bigint IS NULL OR l.amount_kopecks >= $4)
  AND ($5::bigint IS NULL OR l.amount_kopecks <= $5)`;
const UNDECIDED = `FROM undecided_line l JOIN store_name s USING (store_no) LEFT JOIN product p USING (product_no)
  WHERE ${FILTER} AND ($6::text IS NULL OR l.why = $6) AND ($7::text IS NULL OR l.operation = $7)`;
const UNMATCHED = `FROM unmatched_line l JOIN store_name s USING (store_no) JOIN product p USING (product_no)
  JOIN receipt r USING (store_no, receipt_seq)
  WHERE ${FILTER} AND ($6::text IS NULL OR p.unmatched_kind = $6) AND $7::text IS NULL`;
const LINE = `s.store_id, l.store_no, l.receipt_seq, l.line_no, p.product_id, p.name AS product_name,
  l.quantity_milli, l.amount_kopecks, l.recorded_at`;
const PAGE = `AND ($8::int IS NULL OR (l.store_no, l.receipt_seq, l.line_no) > ($8::int, $9::bigint, $10::int))
  ORDER BY l.store_no, l.receipt_seq, l.line_no LIMIT $11`;

/** Lines that wait for a person: what they do is unknown, or what they are. */
export class LinesToDecideQuery {
  constructor(private readonly database: Transactor) {}

  async undecided(filter: UndecidedFilter, page: Page): Promise<UndecidedLinesPage> {
    const wanted = [...parametersOf(filter), filter.why, filter.operation];
    const { rows } = await this.database.query<UndecidedRow>(
      `SELECT ${LINE}, l.document_id, l.why, l.operation, l.business_date::text AS business_date ${UNDECIDED} ${PAGE}`,
      [...wanted, ...pageParameters(page)],
    );
    const lines = rows.map((row) => ({
      ...lineOf(row),
      why: row.why,
      operation: row.operation,
      businessDate: row.business_date,
    }));
    return { lines, sums: await this.sums(UNDECIDED, wanted), next: nextOf(rows, page.limit) };
  }

  async unmatched(filter: UnmatchedFilter, page: Page): Promise<UnmatchedLinesPage> {
    const wanted = [...parametersOf(filter), filter.kind, null];
    const { rows } = await this.database.query<UnmatchedRow>(
      `SELECT ${LINE}, r.document_id, p.unmatched_kind AS kind, p.unmatched_key AS key ${UNMATCHED} ${PAGE}`,
      [...wanted, ...pageParameters(page)],
    );
    const lines = rows.map((row) => ({ ...lineOf(row), kind: row.kind ?? '', key: row.key ?? '' }));
    return { lines, sums: await this.sums(UNMATCHED, wanted), next: nextOf(rows, page.limit) };
  }

  /** Documents that have an undecided line which fits, the oldest first. */
  async undecidedDocuments(filter: UndecidedFilter, limit: number): Promise<string[]> {
    const { rows } = await this.database.query<{ document_id: string }>(
      `SELECT l.document_id ${UNDECIDED} GROUP BY l.document_id ORDER BY min(l.recorded_at), l.document_id LIMIT $8`,
      [...parametersOf(filter), filter.why, filter.operation, limit],
    );
    return rows.map((row) => row.document_id);
  }

  private async sums(from: string, wanted: readonly unknown[]): Promise<LinesSums> {
    const { rows } = await this.database.query<{ lines: bigint; receipts: bigint; amount: bigint }>(
      `SELECT count(*) AS lines, count(DISTINCT (l.store_no, l.receipt_seq)) AS receipts,
              coalesce(sum(l.amount_kopecks), 0)::bigint AS amount ${from}`,
      wanted,
    );
    const [row] = rows;
    return {
      lines: Number(row?.lines ?? 0n),
      receipts: Number(row?.receipts ?? 0n),
      amountKopecks: Number(row?.amount ?? 0n),
    };
  }
}

function parametersOf(filter: LinesFilter): unknown[] {
  const { stores, storeId, productId, amountFromKopecks, amountToKopecks } = filter;
  return [stores === '*' ? null : textArray(stores), storeId, productId, amountFromKopecks, amountToKopecks];
}

function pageParameters({ after, limit }: Page): unknown[] {
  return [after?.storeNo ?? null, after?.receiptSeq ?? null, after?.lineNo ?? null, limit];
}

function lineOf(row: LineRow) {
  return {
    storeId: row.store_id,
    documentId: row.document_id,
    receiptSeq: Number(row.receipt_seq),
    lineNo: row.line_no,
    productId: row.product_id,
    productName: row.product_name,
    quantityMilli: Number(row.quantity_milli),
    amountKopecks: Number(row.amount_kopecks),
    recordedAt: row.recorded_at.toISOString(),
  };
}

function nextOf(rows: readonly LineRow[], limit: number): string | null {
  const last = rows.length < limit ? undefined : rows.at(-1);
  if (last === undefined) return null;
  return [last.store_no, last.receipt_seq, last.line_no].map(String).join('-');
}

/** Reads `next` back: three numbers. */
export function lineKeyOf(text: string): LineKey | null {
  const [storeNo, receiptSeq, lineNo] = text.split('-').map(Number);
  if (storeNo === undefined || receiptSeq === undefined || lineNo === undefined) return null;
  return { storeNo, receiptSeq, lineNo };
}
