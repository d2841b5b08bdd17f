import type { Good } from '../catalogue/good';
import { productRowWith } from '../chain/product-rows';
import type { Transmission } from '../delivery/transmission';
import type { PlatformApi } from './platform-api';

const linesBeforeLearning = 100;

/** Tells nomenclature of a barcode once a hundred lines with it have been acknowledged. */
export class BarcodeLessons {
  private readonly lines = new Map<string, number>();
  private readonly goodsByBarcode = new Map<string, Good>();
  private readonly due: string[] = [];

  constructor(goods: readonly Good[], late: ReadonlySet<string>) {
    for (const good of goods) {
      for (const barcode of [good.barcode, good.pack?.barcode]) {
        if (barcode === null || barcode === undefined || !late.has(barcode)) continue;
        this.goodsByBarcode.set(barcode, good);
        this.lines.set(barcode, 0);
      }
    }
  }

  /** Its lines were acknowledged. */
  count({ lateBarcodes }: Transmission): void {
    for (const barcode of lateBarcodes) {
      const lines = this.lines.get(barcode);
      if (lines === undefined) continue;
      this.lines.set(barcode, lines + 1);
      if (lines + 1 >= linesBeforeLearning) this.becomeDue(barcode);
    }
  }

  /** Nothing more will come: what has not reached its hundred is told as well. */
  allDue(): void {
    for (const barcode of [...this.lines.keys()]) this.becomeDue(barcode);
  }

  async teach(api: PlatformApi): Promise<void> {
    for (let barcode = this.due.shift(); barcode !== undefined; barcode = this.due.shift()) {
      const good = this.goodsByBarcode.get(barcode);
      if (good === undefined) continue;
      const answer = await api.upsertProducts([productRowWith(good, barcode)]);
      if (answer.rejected.length > 0)
        throw new Error(`${barcode} was refused: ${JSON.stringify(answer.rejected)}`);
    }
  }

  private becomeDue(barcode: string): void {
    this.lines.delete(barcode);
    this.due.push(barcode);
  }
}
