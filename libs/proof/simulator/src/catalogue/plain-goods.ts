import type { Good } from './good';

/** Goods with barcodes of their own that nothing else is special about. */
export function plainGoods(goods: readonly Good[]): readonly Good[] {
  return goods.filter(
    ({ knowledge, pack, subject, weighed, marking, excise }) =>
      knowledge === 'known' &&
      pack === null &&
      subject === 'goods' &&
      !weighed &&
      marking === null &&
      !excise,
  );
}
