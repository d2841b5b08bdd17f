import type { SimulatedChain } from '../chain/chain';
import type { SeededRandom } from '../random/seeded-random';
import type { SoldLine } from './lines';
import { fiscalOf, makeReceipt, type Moment, type TillDocument } from './receipt';
import type { SentDocument } from './sent-document';
import type { Till } from './till';

export interface ReturnRequest extends Moment {
  readonly till: Till;
  readonly extra?: Partial<SentDocument>;
  /** Decided by chance where it is not said. */
  readonly wanted?: 'whole' | 'partial' | 'moreThanSold';
}

/** A return of some or all lines of a sale, with the sale named. */
export function returnOfSale(sale: TillDocument, request: ReturnRequest): TillDocument {
  const { random } = request;
  const original = fiscalOf(sale);
  if (original === null) throw new Error('the sale has no fiscal number');
  const { wanted } = request;
  const whole = wanted === undefined ? random.chance(0.4) : wanted === 'whole';
  const taken = whole ? sale.sold : [random.pick(sale.sold)];
  const moreThanSold = wanted === undefined ? !whole && random.chance(0.04) : wanted === 'moreThanSold';
  const sold = taken.map((line, index) =>
    returnLine(line, { lineNo: index + 1, factor: moreThanSold ? 2 : 1, random }),
  );
  return makeReceipt({
    kind: whole ? 'return' : moreThanSold ? 'returnMoreThanSold' : 'returnPartial',
    operation: 'return',
    sold,
    ...request,
    extra: {
      ...request.extra,
      returnOf: {
        fiscal: { fn: original.series, fd: original.number, fpd: original.fpd },
        date: request.date,
        method: random.pick(['scanned', 'manual']),
      },
    },
  });
}

/** The till names the sale by the id of a foreign system alone, or has looked for it and guesses. */
export function returnByForeignId(sold: readonly SoldLine[], request: ReturnRequest): TillDocument {
  const { random } = request;
  return makeReceipt({
    kind: 'returnByForeignId',
    operation: 'return',
    sold: sold.map((line, index) => returnLine(line, { lineNo: index + 1, factor: 1, random })),
    ...request,
    extra: { returnOf: { vendor: { system: '1c-retail', id: `sale-${random.hex(16)}` }, method: 'matched' } },
  });
}

/** A return of goods with no sale to name, or with a sale of another store. */
export function returnWithoutSale(
  sold: readonly SoldLine[],
  chain: SimulatedChain,
  request: ReturnRequest,
): TillDocument {
  const { random } = request;
  const lines = sold.map((line, index) => returnLine(line, { lineNo: index + 1, factor: 1, random }));
  const other = random.pick(chain.stores);
  const inOtherStore = other.storeId !== request.till.store.storeId && random.chance(0.5);
  const series = random.pick(other.registers).drives[0] ?? '';
  return makeReceipt({
    kind: inOtherStore ? 'returnInOtherStore' : 'returnWithoutSale',
    operation: 'return',
    sold: lines,
    ...request,
    extra: {
      returnOf: inOtherStore
        ? { fiscal: { fn: series, fd: random.between(1, 90_000) }, method: 'scanned' }
        : { method: 'none' },
    },
  });
}

interface ReturnedLine {
  readonly lineNo: number;
  readonly factor: number;
  readonly random: SeededRandom;
}

function returnLine(sold: SoldLine, { lineNo, factor, random }: ReturnedLine): SoldLine {
  const { marks: _marks, discounts: _discounts, ...line } = sold.line;
  const amountKopecks = sold.amountKopecks * factor;
  return {
    ...sold,
    amountKopecks,
    baseMilli: sold.baseMilli * factor,
    line: {
      ...line,
      lineNo,
      quantityMilli: line.quantityMilli * factor,
      amountKopecks,
      ...(line.vat === undefined ? {} : { vat: { ...line.vat, amountKopecks: null } }),
      originalLineNo: line.lineNo,
      disposition: random.pick(['shelf', 'shelf', 'shelf', 'defect', 'unknown']),
    },
  };
}
