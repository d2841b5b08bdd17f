import type { HoldCode, RejectionCode } from '@potok/ingestion-contracts/outcome';
import type { RegisterDocument } from '@potok/ingestion-contracts/register-document';
import { validateRegisterDocument } from '@potok/ingestion-contracts/generated/validators';
import type { ValidationError } from '@potok/ingestion-contracts/generated/validators';
import { isPlatformId } from '@potok/kernel/identifiers';
import { readIdentities } from './identities';
import type { KnownIdentity } from './identities';
import { withStorableTexts } from './storable-texts';
import { NESTING_MAX, nestsDeeperThan } from '@potok/kernel/json-nesting';

/** What can be told from the bytes alone: the same in the edge and in the intake. */
export type ReadLine =
  | {
      readonly verdict: 'usable';
      readonly identities: readonly KnownIdentity[];
      readonly document: RegisterDocument;
    }
  | {
      readonly verdict: 'held';
      readonly identities: readonly KnownIdentity[];
      readonly registerId: string | null;
      readonly code: HoldCode;
      readonly field: string | null;
    }
  | { readonly verdict: 'rejected'; readonly code: RejectionCode; readonly field: string | null };

/** Reads one line. `text` is its UTF-8 decoded; members that the contract does not name do no harm. */
export function readLine(text: string): ReadLine {
  if (nestsDeeperThan(text, NESTING_MAX)) return rejected('nestedTooDeep', null);
  const value = parse(text);
  if (value === undefined) return rejected('invalidJson', null);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return rejected('notAnObject', null);
  const members = value as Readonly<Record<string, unknown>>;
  const identities = readIdentities(members.identities);
  if (typeof identities === 'string') return rejected(identities, '/identities');
  const { registerId } = members;
  if (registerId !== undefined && !(typeof registerId === 'string' && isPlatformId(registerId))) {
    return rejected('registerUnknown', '/registerId');
  }
  const document = withStorableTexts(text, value);
  const fault = validateRegisterDocument(document)
    ? meaningFault(document)
    : shapeFault(validateRegisterDocument.errors?.[0], document);
  if (fault !== null) return { verdict: 'held', identities, registerId: registerId ?? null, ...fault };
  return { verdict: 'usable', identities, document: document as RegisterDocument };
}

/** The document of a line that `readLine` of the same contract has found usable: nothing is looked at again. */
export function usableDocument(text: string): RegisterDocument {
  return withStorableTexts(text, JSON.parse(text)) as RegisterDocument;
}

function rejected(code: RejectionCode, field: string | null): ReadLine {
  return { verdict: 'rejected', code, field };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

interface Fault {
  readonly code: HoldCode;
  readonly field: string | null;
}

const RANGE_KEYWORDS = new Set(['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum']);

function shapeFault(error: ValidationError | undefined, document: unknown): Fault {
  if (error === undefined) return { code: 'bodyUnusable', field: null };
  const missing = error.keyword === 'required' ? `/${String(error.params.missingProperty)}` : '';
  const field = `${error.instancePath}${missing}`;
  if (field === '/operation') return { code: 'operationUnknown', field };
  const outOfRange = RANGE_KEYWORDS.has(error.keyword) || isInfinite(document, error.instancePath);
  if (!outOfRange) return { code: 'bodyUnusable', field };
  if (field.endsWith('Kopecks')) return { code: 'amountOutOfRange', field };
  return { code: field.endsWith('quantityMilli') ? 'quantityOutOfRange' : 'bodyUnusable', field };
}

/** A number such as 1e400 is read as infinity. */
function isInfinite(document: unknown, pointer: string): boolean {
  let value = document;
  for (const name of pointer.split('/').slice(1)) value = Reflect.get(Object(value) as object, name);
  return value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY;
}

type Checked = Pick<RegisterDocument, 'type' | 'operation' | 'totalKopecks' | 'form' | 'correction'> & {
  readonly lines?: readonly { readonly lineNo: number; readonly amountKopecks: number }[] | undefined;
};

function meaningFault(document: Checked): Fault | null {
  if (document.type === 'receipt') {
    if (document.operation === undefined) return { code: 'operationUnknown', field: '/operation' };
    if (document.totalKopecks === undefined) return { code: 'totalMissing', field: '/totalKopecks' };
  }
  return document.lines === undefined ? null : linesFault(document.lines);
}

function linesFault(lines: NonNullable<Checked['lines']>): Fault | null {
  const seen = new Set<number>();
  let sum = 0;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index];
    if (line === undefined) continue;
    if (seen.has(line.lineNo)) return { code: 'lineNumbersRepeat', field: `/lines/${String(index)}/lineNo` };
    seen.add(line.lineNo);
    sum += Math.abs(line.amountKopecks);
  }
  return sum > Number.MAX_SAFE_INTEGER ? { code: 'amountOutOfRange', field: '/lines' } : null;
}
