import { booleanArray, integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import { hasOpenEntries } from '@potok/platform-quarantine/quarantine-migrations';

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
  /** Answers the keys that were there; their versions stay behind as tombstones. */
  readonly remove: string;
  /** Answers the keys that were new or older and that no tombstone of their version or a later one holds down. */
  readonly upsert: string;
  /** Drops tombstones that nothing on the topic can be older than any more. */
  readonly forget: string;
}

/**
 * One statement each, whatever the number of rows; keys are bound sorted, so that two writers never deadlock. The copy's
 * name is the last parameter but for `forget`, where it is the first.
 */
export function copyStatements<Row>(copy: CopyTable<Row>): CopyStatements {
  const { table, keyColumn, versionColumn, columns } = copy;
  const names = [keyColumn, versionColumn, ...columns.map(({ name }) => name)];
  const types = ['text', 'bigint', ...columns.map(({ type }) => type)];
  const arrays = types.map((type, index) => `$${String(index + 1)}::${type}[]`);
  const assignments = names.slice(1).map((name) => `${name} = EXCLUDED.${name}`);
  const row = names.map((name) => `w.${name}`).join(', ');
  return {
    remove: `WITH gone AS (SELECT * FROM unnest($1::text[], $2::bigint[]) g(key, version)),
       removed AS (DELETE FROM ${table} r USING gone WHERE r.${keyColumn} = gone.key
         RETURNING r.${keyColumn} AS key, r.${versionColumn} AS version),
       kept AS (INSERT INTO copy_tombstone AS t (copy, key, version, removed_at)
         SELECT $4, gone.key, greatest(gone.version, removed.version), to_timestamp($3::bigint / 1000.0)
         FROM gone LEFT JOIN removed USING (key) WHERE greatest(gone.version, removed.version) IS NOT NULL
         ORDER BY gone.key
         ON CONFLICT (copy, key) DO UPDATE
         SET version = greatest(t.version, EXCLUDED.version), removed_at = EXCLUDED.removed_at)
       SELECT key FROM removed`,
    upsert: `INSERT INTO ${table} AS stored (${names.join(', ')})
       SELECT ${row} FROM unnest(${arrays.join(', ')}) w(${names.join(', ')})
       WHERE NOT EXISTS (SELECT FROM copy_tombstone t WHERE t.copy = $${String(names.length + 1)}
         AND t.key = w.${keyColumn} AND t.version >= w.${versionColumn})
       ON CONFLICT (${keyColumn}) DO UPDATE SET ${assignments.join(', ')}
       WHERE EXCLUDED.${versionColumn} > stored.${versionColumn}
       RETURNING stored.${keyColumn} AS key`,
    forget: `DELETE FROM copy_tombstone
       WHERE copy = $1 AND removed_at < to_timestamp($2::bigint / 1000.0) AND NOT ${hasOpenEntries('$1')}`,
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
