import type { EventDeclaration } from '@potok/kernel/contract';
import type { z } from 'zod';
import { biDailySalesV1 } from './bi-daily-sales.v1';
import { biReceiptLineV1 } from './bi-receipt-line.v1';

/** How a BI topic is kept as a table: what the generator needs beside the columns to write its DDL. */
export interface BiTable {
  readonly event: EventDeclaration<z.ZodType>;
  readonly name: string;
  /** Identity of a row: of rows with the same key the one with the highest `version` holds. */
  readonly key: readonly string[];
  readonly version: string;
  /** Column that says the row holds no more; null where rows are never taken back. */
  readonly deleted: string | null;
  /** Date column by which a large table is split. */
  readonly date: string;
}

export const biTables: readonly BiTable[] = [
  {
    event: biReceiptLineV1,
    name: 'receipt_lines',
    key: ['store_id', 'document_id', 'line_no'],
    version: 'row_version',
    deleted: 'is_deleted',
    date: 'business_date',
  },
  {
    event: biDailySalesV1,
    name: 'daily_sales',
    key: ['store_id', 'business_date', 'register_id', 'legal_entity_id'],
    version: 'row_version',
    deleted: null,
    date: 'business_date',
  },
];
