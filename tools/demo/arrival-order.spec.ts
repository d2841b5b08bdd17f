import { ArrivalOrder } from './arrival-order';

describe('the order of arrival', () => {
  it('tells what was held from what arrived among others, store by store', () => {
    const order = new ArrivalOrder();
    const overtaken = (storeId: string, seconds: readonly number[]) =>
      seconds.map((second) => order.isOvertaken(storeId, second * 1_000));
    expect(overtaken('store-1', [10, 30, 29.5, 12, 31])).toEqual([false, false, false, true, false]);
    expect(overtaken('store-2', [11, 12])).toEqual([false, false]);
  });
});
