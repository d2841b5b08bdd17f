import type { SeededRandom } from '../random/seeded-random';
import type { SentDocument, SentIdentity, SentLine } from '../trade/sent-document';

/** What an operator of fiscal data (ОФД) shows of a receipt: its fiscal fields, no codes of goods, no till's extras. */
export function operatorCopy(document: SentDocument): SentDocument {
  const { type, registerId, shift, occurredAtLocal, form, operation, totalKopecks, fiscal } = document;
  return {
    type,
    ...(registerId === undefined ? {} : { registerId }),
    identities: document.identities.filter(({ scheme }) => scheme === 'fn'),
    ...(shift === undefined ? {} : { shift }),
    ...(occurredAtLocal === undefined ? {} : { occurredAtLocal }),
    ...(form === undefined ? {} : { form }),
    ...(operation === undefined ? {} : { operation }),
    ...(totalKopecks === undefined ? {} : { totalKopecks }),
    payments: (document.payments ?? []).map(({ fiscalKind, amountKopecks }) => ({
      fiscalKind,
      amountKopecks,
    })),
    ...(fiscal === undefined ? {} : { fiscal }),
    lines: (document.lines ?? []).map((line) => ({
      lineNo: line.lineNo,
      name: line.name,
      quantityMilli: line.quantityMilli,
      priceKopecks: line.priceKopecks,
      amountKopecks: line.amountKopecks,
      vat: line.vat,
      paymentMethod: line.paymentMethod,
      subject: line.subject,
    })),
    detail: 'noArticles',
  };
}

/** Another document under the same identity: another total, other payments, another ФПД. */
export function conflictingDocument(document: SentDocument, random: SeededRandom): SentDocument {
  const totalKopecks = (document.totalKopecks ?? 0) + random.between(1, 500) * 100;
  return {
    ...document,
    totalKopecks,
    payments: [{ fiscalKind: 'electronic', instrument: 'card', amountKopecks: totalKopecks }],
    fiscal: { ...document.fiscal, fpd: random.digits(10) },
  };
}

/** How much of a receipt a cloud knows: its goods with their codes, their names alone, or the money alone. */
export type CloudDetail = 'full' | 'noArticles' | 'totalsOnly';

/** What a cloud reports at once: its own id, the goods and the money, nothing of the ФН. */
export function cloudReport(
  document: SentDocument,
  cloudIdentity: SentIdentity,
  detail: CloudDetail,
): SentDocument {
  const {
    shift: _shift,
    fiscal: _fiscal,
    cashier: _cashier,
    shiftOpenedAtLocal: _opened,
    ...known
  } = document;
  const report: SentDocument = { ...known, identities: [cloudIdentity], fiscalState: 'fiscal' };
  if (detail === 'full') return report;
  const lines = detail === 'totalsOnly' ? [] : (document.lines ?? []).filter(isSold).map(withoutCodes);
  return { ...report, lines, detail };
}

function isSold({ state }: SentLine): boolean {
  return state !== 'voided';
}

function withoutCodes(line: SentLine): SentLine {
  const { barcode: _barcode, article: _article, marks: _marks, ...known } = line;
  return known;
}

/** What a till tells of a receipt that its ФН has not taken yet: its own number, nothing of the ФН. */
export function pendingReport(document: SentDocument, name: SentIdentity): SentDocument {
  const { shift: _shift, fiscal: _fiscal, ...known } = document;
  return { ...known, identities: [name], fiscalState: 'pending' };
}

/** The full copy that follows the cloud's or the till's report: both identities. */
export function fullCopy(document: SentDocument, name: SentIdentity): SentDocument {
  return { ...document, identities: [name, ...document.identities] };
}
