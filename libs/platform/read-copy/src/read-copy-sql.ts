import { booleanArray, integerArray, textArray } from '@potok/platform-postgres/array-parameters';

/** A column and where its value comes from. `jsonb` values are JSON texts, `timestamptz` RFC 3339. */
export type CopyColumn<Row> =
  | {
      readonly name: string;
      readonly type: 'text' | 'jsonb' | 'timestamptz' | 'date' | 'uuid';
      value(row: Row): string | null;
    }
  | {
      readonly name: string;
      readonly type: 'smallint' | 'integer' | 'bigint';
      value(row: Row): number | bigint | null;
    }
  | { readonly name: string; readonly type: 'boolean'; value(row: Row): boolean | null };

export interface CopyTable<Row> {
  readonly table: string;
  readonly keyColumn: string;
  readonly versionColumn: string;
  readonly columns: readonly CopyColumn<Row>[];
  versionOf(row: Row): number;
}

export interface CopyStatements {
  /** Answers the keys that were there. */
  readonly remove: string;
  /** Answers the keys that were new or older. */
  readonly upsert: string;
}

/** One statement each, whatever the number of rows; keys are bound sorted, so that two writers never deadlock. */
export function copyStatements<Row>(copy: CopyTable<Row>): CopyStatements {
  const { table, keyColumn, versionColumn, columns } = copy;
  const names = [keyColumn, versionColumn, ...columns.map(({ name }) => name)];
  const types = ['text', 'bigint', ...columns.map(({ type }) => type)];
  const arrays = types.map((type, index) => `$${String(index + 1)}::${type}[]`);
  const assignments = names.slice(1).map((name) => `${name} = EXCLUDED.${name}`);
  return {
    remove: `DELETE FROM ${table} WHERE ${keyColumn} = ANY ($1::text[]) RETURNING ${keyColumn} AS key`,
    upsert: `INSERT INTO ${table} AS stored (${names.join(', ')}) SELECT * FROM unnest(${arrays.join(', ')})
       ON CONFLICT (${keyColumn}) DO UPDATE SET ${assignments.join(', ')}
       WHERE EXCLUDED.${versionColumn} > stored.${versionColumn}
       RETURNING stored.${keyColumn} AS key`,
  };
}

export function upsertParameters<Row>(
  copy: CopyTable<Row>,
  rows: readonly { readonly key: string; readonly row: Row }[],
): string[] {
  return [
    textArray(rows.map(({ key }) => key)),
    integerArray(rows.map(({ row }) => copy.versionOf(row))),
    ...copy.columns.map((column) =>
      arrayOf(
        column,
        rows.map(({ row }) => row),
      ),
    ),
  ];
}

function arrayOf<Row>(column: CopyColumn<Row>, rows: readonly Row[]): string {
  switch (column.type) {
    case 'boolean':
      return booleanArray(rows.map((row) => column.value(row)));
    case 'smallint':
    case 'integer':
    case 'bigint':
      return integerArray(rows.map((row) => column.value(row)));
    default:
      return textArray(rows.map((row) => column.value(row)));
  }
}
