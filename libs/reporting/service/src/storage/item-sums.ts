import { PRODUCT_MEASURES } from '@potok/reporting-domain/product-measures';

const WIDTH = PRODUCT_MEASURES.length;
const ZEROS = PRODUCT_MEASURES.map(() => 0);

/** Sums by an integer, a product's or a category's: `WIDTH` measures each, one after another. */
export class ItemSums {
  readonly values: number[] = [];
  private readonly places = new Map<number, number>();

  get size(): number {
    return this.places.size;
  }

  itemNos(): Iterable<number> {
    return this.places.keys();
  }

  /** Where the measures of the item begin. */
  placeOf(itemNo: number): number {
    const known = this.places.get(itemNo);
    if (known !== undefined) return known;
    const place = this.values.length;
    this.places.set(itemNo, place);
    this.values.push(...ZEROS);
    return place;
  }

  /** `nameOf` says under which number an item of the others counts here. */
  addAll(other: ItemSums, nameOf: (itemNo: number) => number = (itemNo) => itemNo): void {
    for (const [itemNo, from] of other.places) {
      const to = this.placeOf(nameOf(itemNo));
      for (let index = 0; index < WIDTH; index += 1) {
        const value = other.values[from + index] ?? 0;
        if (value !== 0) this.values[to + index] = (this.values[to + index] ?? 0) + value;
      }
    }
  }

  add(itemNo: number, measures: readonly number[], sign: 1 | -1 = 1): void {
    const place = this.placeOf(itemNo);
    for (const [index, value] of measures.entries()) {
      this.values[place + index] = (this.values[place + index] ?? 0) + sign * value;
    }
  }

  /** The items that come to something, and of each measure a list beside them: null where all of it is zero. */
  columns(): {
    readonly itemNos: readonly number[];
    readonly measures: readonly (readonly number[] | null)[];
  } {
    const places: number[] = [];
    const itemNos: number[] = [];
    for (const [itemNo, place] of this.places) {
      if (this.isZero(place)) continue;
      itemNos.push(itemNo);
      places.push(place);
    }
    const measures = PRODUCT_MEASURES.map((_, index) => {
      const column = places.map((place) => this.values[place + index] ?? 0);
      return column.every((value) => value === 0) ? null : column;
    });
    return { itemNos, measures };
  }

  private isZero(place: number): boolean {
    for (let index = 0; index < WIDTH; index += 1) {
      if (this.values[place + index] !== 0) return false;
    }
    return true;
  }
}

/** Sums of several periods, each by the day that it begins with, since 1970. */
export class PeriodSums {
  readonly periods = new Map<number, ItemSums>();

  of(period: number): ItemSums {
    let sums = this.periods.get(period);
    if (sums === undefined) {
      sums = new ItemSums();
      this.periods.set(period, sums);
    }
    return sums;
  }

  addAll(other: PeriodSums): void {
    for (const [period, sums] of other.periods) this.of(period).addAll(sums);
  }

  get size(): number {
    let size = 0;
    for (const sums of this.periods.values()) size += sums.size;
    return size;
  }
}
