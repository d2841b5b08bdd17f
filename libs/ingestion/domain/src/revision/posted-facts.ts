import type { CanonicalDocument, CanonicalLine } from '@potok/retail/document/canonical-document';

/**
 * Whether two forms of a document would be posted alike: `none` when they would, `lines` when what stands must be
 * reversed and posted anew. Compared is all that movements carry or that decides them: of lines their existence,
 * quantity, amount, keys, 1212, 1214, agent, disposition, location and marks; of the document what gives the direction,
 * the day, and whether it counts at all.
 */
export function repostOf(before: CanonicalDocument, after: CanonicalDocument): 'none' | 'lines' {
  if (before.lines.length !== after.lines.length) return 'lines';
  if (JSON.stringify(documentFacts(before)) !== JSON.stringify(documentFacts(after))) return 'lines';
  const changed = before.lines.some((line, index) => {
    const other = after.lines[index];
    if (other === undefined) return true;
    return line !== other && JSON.stringify(lineFacts(line)) !== JSON.stringify(lineFacts(other));
  });
  return changed ? 'lines' : 'none';
}

function documentFacts(document: CanonicalDocument): readonly unknown[] {
  const { time, payments = [] } = document;
  return [
    document.type,
    document.storeNo,
    document.legalEntityId,
    document.form,
    document.operation,
    document.businessState,
    countsFiscally(document),
    document.correction?.kind,
    document.correctsFpd,
    document.fiscal?.sellerInn,
    payments.some(({ fiscalKind }) => fiscalKind === 'prepaid'),
    time.occurredAt,
    time.ledgerAt,
    time.businessDate,
  ];
}

/** A receipt that waits for its drive, or has none, counts like a fiscal one. */
function countsFiscally({ fiscalState }: CanonicalDocument): boolean {
  return fiscalState !== 'failed' && fiscalState !== 'training';
}

function lineFacts(line: CanonicalLine): readonly unknown[] {
  const keyed = line.barcode ?? line.article ?? line.externalCode;
  return [
    line.lineNo,
    line.state,
    line.quantityMilli,
    line.amountKopecks,
    line.barcode,
    line.article,
    line.externalCode,
    keyed === undefined ? line.name : undefined,
    line.measureCode,
    line.unitText,
    line.fraction?.numerator,
    line.fraction?.denominator,
    line.paymentMethod,
    line.subject,
    line.agent?.flags,
    line.agent?.supplierInn,
    line.disposition,
    line.stockLocationNo,
    line.marks?.map(({ raw }) => raw),
    line.originalLineNo,
  ];
}
