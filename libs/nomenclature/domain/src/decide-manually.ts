import { ONE } from '@potok/kernel/quantity';
import { fail, ok } from '@potok/kernel/result';
import type { Result } from '@potok/kernel/result';
import type { WholeDecidedLine } from '@potok/nomenclature-contracts/decided-line';
import type {
  DecisionRefusal,
  ManualDecision,
  ManualLine,
} from '@potok/nomenclature-contracts/decisions-http';

/** What a person may name. */
export interface Names {
  /** Number of a product; undefined = there is none. */
  product(productId: string): number | undefined;
  /** The stated location of the store, or its default. */
  location(
    locationId: string | undefined,
  ): { readonly locationId: string; readonly locationNo: number } | null;
}

export interface Refusal {
  readonly code: DecisionRefusal;
  readonly message: string;
}

/** The lines that a person's decision changes, as they are afterwards; those that are so already are left out. */
export function decideManually(
  before: readonly WholeDecidedLine[],
  decision: Pick<ManualDecision, 'stockEffect' | 'recognition' | 'lines'>,
  { names, ruleVersion }: { readonly names: Names; readonly ruleVersion: number },
): Result<WholeDecidedLine[], Refusal> {
  const single = new Map(decision.lines.map((line) => [line.lineNo, line]));
  if (single.size < decision.lines.length)
    return refused('lineRepeats', 'a line stands twice in the decision');
  const changed: WholeDecidedLine[] = [];
  for (const line of before) {
    const wanted = single.get(line.lineNo);
    single.delete(line.lineNo);
    const anew = decidedAnew(line, wanted, { decision, names });
    if (!anew.ok) return anew;
    if (!same(line, anew.value)) changed.push(anew.value);
  }
  for (const added of single.values()) {
    const line = addedLine(added, { names, ruleVersion });
    if (!line.ok) return line;
    changed.push(line.value);
  }
  return ok(changed.sort((one, other) => one.lineNo - other.lineNo));
}

function decidedAnew(
  line: WholeDecidedLine,
  wanted: ManualLine | undefined,
  { decision, names }: { decision: Pick<ManualDecision, 'stockEffect' | 'recognition'>; names: Names },
): Result<WholeDecidedLine, Refusal> {
  const ofAll = line.stockEffect === 'unknown' ? decision : {};
  const { productId } = wanted ?? {};
  const productNo = productId === undefined ? line.productNo : names.product(productId);
  if (productNo === undefined) return refused('productUnknown', productId ?? '');
  return ok({
    ...line,
    stockEffect: wanted?.stockEffect ?? ofAll.stockEffect ?? line.stockEffect,
    recognition: wanted?.recognition ?? ofAll.recognition ?? line.recognition,
    quantityMilli: wanted?.quantityMilli ?? line.quantityMilli,
    amountKopecks: wanted?.amountKopecks ?? line.amountKopecks,
    ...(productNo === line.productNo
      ? {}
      : { productId: productId ?? line.productId, productNo, matchedBy: 'person' }),
  });
}

/** A receipt may state fewer lines than there were goods: corrections often state none. */
function addedLine(
  line: ManualLine,
  { names, ruleVersion }: { readonly names: Names; readonly ruleVersion: number },
): Result<WholeDecidedLine, Refusal> {
  const { lineNo, productId, quantityMilli, amountKopecks, stockEffect } = line;
  if (
    productId === undefined ||
    quantityMilli === undefined ||
    amountKopecks === undefined ||
    stockEffect === undefined
  ) {
    const message = `line ${String(lineNo)} is new: it needs productId, quantityMilli, amountKopecks and stockEffect`;
    return refused('lineIncomplete', message);
  }
  const productNo = names.product(productId);
  if (productNo === undefined) return refused('productUnknown', productId);
  const location = names.location(line.locationId);
  if (location === null)
    return refused('locationUnknown', line.locationId ?? 'the store has no default location');
  return ok({
    lineNo,
    productId,
    productNo,
    coefficient: ONE,
    quantityMilli,
    amountKopecks,
    stockEffect,
    recognition: line.recognition ?? 'sale',
    matchedBy: 'person',
    ruleVersion,
    ...location,
  });
}

function same(one: WholeDecidedLine, other: WholeDecidedLine): boolean {
  return (
    one.productNo === other.productNo &&
    one.stockEffect === other.stockEffect &&
    one.recognition === other.recognition &&
    one.quantityMilli === other.quantityMilli &&
    one.amountKopecks === other.amountKopecks
  );
}

function refused(code: DecisionRefusal, message: string): Result<never, Refusal> {
  return fail({ code, message });
}
