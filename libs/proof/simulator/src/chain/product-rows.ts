import { withEan13CheckDigit } from '../catalogue/check-digit';
import type { Good } from '../catalogue/good';

/** A good as nomenclature takes it at first: without what it learns later. */
export function productRow(good: Good, extraBarcodes: readonly object[] = []): object {
  const barcodes = [
    ...(good.barcode !== null && good.knowledge === 'known' ? [{ barcode: good.barcode }] : []),
    ...(good.pack !== null && !good.pack.late ? [packBarcode(good)] : []),
    ...(good.scaleCode === null ? [] : [{ barcode: withEan13CheckDigit(`${good.scaleCode}00000`) }]),
    ...extraBarcodes,
  ];
  return {
    productId: good.productId,
    name: good.name,
    article: good.article,
    kind: kindOf(good),
    unit: good.weighed ? 'kilogram' : 'piece',
    measureCode: good.weighed ? 11 : 0,
    weighed: good.weighed,
    marked: good.marking !== null,
    vatRate: good.vat === 'none' ? 'none' : good.vat === 'reduced' ? '10' : '22',
    categoryCode: good.categoryCode,
    categoryName: good.categoryName,
    priceKopecks: good.priceKopecks,
    barcodes,
  };
}

/** The same row with the barcode that was missing. */
export function productRowWith(good: Good, barcode: string): object {
  const row = productRow(good);
  const learned = barcode === good.pack?.barcode ? packBarcode(good) : { barcode };
  return { ...row, barcodes: [...(row as { barcodes: object[] }).barcodes, learned] };
}

function kindOf({ subject }: Good): 'goods' | 'service' | 'giftCard' {
  return subject === 'lottery' ? 'service' : subject;
}

function packBarcode(good: Good): object {
  if (good.pack === null) throw new Error(`${good.name} has no pack`);
  const { barcode, numerator, denominator } = good.pack;
  return { barcode, coefficient: { numerator, denominator } };
}
