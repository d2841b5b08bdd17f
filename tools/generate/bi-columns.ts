import { publishedSchema, isSchema } from './json-schema';
import type { JsonSchema } from './json-schema';
import type { DeclaredBiTable } from './load-catalogues';

/** What a column holds; each database has its own name for it. */
export type ColumnKind = 'flag' | 'whole' | 'long' | 'word' | 'text' | 'instant' | 'date';

export interface BiColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly nullable: boolean;
  readonly description: string;
  /** `kopecks`, `thousandths`; null = none. */
  readonly unit: string | null;
  /** As JSON; null = none is stated. */
  readonly example: string | null;
}

const WHOLE_MAX = 2_147_483_647;
const COLUMN_NAME = /^[a-z][a-z0-9_]*$/;

/** The columns of a BI table, from the schema of its event. Throws on what is no flat column. */
export function columnsOf(table: DeclaredBiTable): BiColumn[] {
  const { properties } = publishedSchema(table.event.schema, 'output');
  if (!isSchema(properties)) throw new Error(`${table.name}: its event is no object`);
  return Object.entries(properties).map(([name, property]) => {
    if (!COLUMN_NAME.test(name) || !isSchema(property))
      throw new Error(`${table.name}: ${name} is no column`);
    return columnOf(`${table.name}.${name}`, name, property);
  });
}

function columnOf(where: string, name: string, property: JsonSchema): BiColumn {
  const branches = Array.isArray(property['anyOf']) ? (property['anyOf'] as unknown[]) : [property];
  const nullable = branches.some((branch) => isSchema(branch) && branch['type'] === 'null');
  const value = branches.find((branch) => isSchema(branch) && branch['type'] !== 'null');
  if (!isSchema(value)) throw new Error(`${where}: no type`);
  const examples = property['examples'];
  return {
    name,
    kind: kindOf(where, value),
    nullable,
    description: textOf(property['description']),
    unit: typeof property['unit'] === 'string' ? property['unit'] : null,
    example: Array.isArray(examples) && examples.length > 0 ? JSON.stringify(examples[0]) : null,
  };
}

function kindOf(where: string, value: JsonSchema): ColumnKind {
  if (value['type'] === 'integer') {
    if (value['minimum'] === 0 && value['maximum'] === 1) return 'flag';
    return Number(value['maximum']) <= WHOLE_MAX && Number(value['minimum']) >= 0 ? 'whole' : 'long';
  }
  if (value['type'] !== 'string') throw new Error(`${where}: a BI column is an integer or a text`);
  if (Array.isArray(value['enum'])) return 'word';
  const pattern = textOf(value['pattern']);
  if (pattern.startsWith('^\\d{4}-\\d{2}-\\d{2}T')) return 'instant';
  return pattern === '^\\d{4}-\\d{2}-\\d{2}$' ? 'date' : 'text';
}

function textOf(keyword: unknown): string {
  return typeof keyword === 'string' ? keyword : '';
}
