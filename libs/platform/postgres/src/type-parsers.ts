import { types } from 'pg';
import type { CustomTypesConfig } from 'pg';

const INT8 = 20;
const INT8_ARRAY = 1016;
const DATE = 1082;

type ParseText = (text: string) => unknown;

/**
 * How columns become values, for one pool alone: int8 is `bigint`, int8[] is `bigint[]`, date stays `YYYY-MM-DD`
 * (a Date would shift it by the process's zone); timestamptz is a Date, json is parsed, numeric stays text.
 */
export function valueParsers(): CustomTypesConfig {
  const own = new Map<number, ParseText>([
    [INT8, BigInt],
    [DATE, (text) => text],
    [INT8_ARRAY, parseInt8Array],
  ]);
  const getTypeParser: typeof types.getTypeParser = (oid: number, format?: 'text' | 'binary') => {
    const binary = format === 'binary';
    const standard: unknown = types.getTypeParser(oid, binary ? 'binary' : 'text');
    return binary ? standard : (own.get(oid) ?? standard);
  };
  return { getTypeParser };
}

/** One dimension: `{1,NULL,3}`. */
function parseInt8Array(text: string): (bigint | null)[] {
  if (text === '{}') return [];
  const elements = text.slice(1, -1).split(',');
  return elements.map((element) => (element === 'NULL' ? null : BigInt(element)));
}
