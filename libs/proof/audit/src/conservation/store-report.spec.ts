import { StageReader } from './stage-reader';
import { StoreReport } from './store-report';

const STORE = 'store-1';

interface Receipt {
  readonly documentId: string;
  readonly streamSeq: number;
  readonly businessDate: string;
  readonly amountKopecks: number;
}

interface Page {
  readonly asOf: object;
  readonly rows: readonly object[];
  readonly next: null;
}

/** A store that sells while it is read: each read of a report is followed by receipts of these dates. */
class TradingStore {
  readonly sold: Receipt[] = [];
  readonly asked: string[] = [];
  /** The report has applied so many receipts less than the nomenclature has decided. */
  lag = 0;

  constructor(private readonly arriving: (string | null)[]) {}

  sell(businessDate: string): void {
    const streamSeq = this.sold.length + 1;
    this.sold.push({ documentId: `d-${String(streamSeq)}`, streamSeq, businessDate, amountKopecks: 100 });
  }

  read(path: string): Promise<string> {
    const url = new URL(path, 'http://store');
    const [from, to] = [url.searchParams.get('from') ?? '', url.searchParams.get('to') ?? ''];
    this.asked.push(`${url.pathname.split('/').at(-1) ?? ''} ${from} ${to}`);
    const applied = this.sold.slice(0, this.sold.length - this.lag);
    const rows = applied.filter(({ businessDate }) => businessDate >= from && businessDate <= to);
    const page: Page = {
      asOf: { stores: [{ storeId: STORE, streamSeq: applied.length }] },
      rows: url.pathname.endsWith('lines') ? rows.map((row) => ({ ...row, lineNo: 1 })) : daysOf(rows),
      next: null,
    };
    const next = this.arriving.shift();
    if (typeof next === 'string') this.sell(next);
    return Promise.resolve(JSON.stringify(page));
  }

  report(): StoreReport {
    const reader = new StageReader((_service, path) => this.read(path));
    return new StoreReport(reader, STORE, (fromSeq, upToSeq) => this.events(fromSeq, upToSeq));
  }

  private async *events(fromSeq: number, upToSeq: number) {
    for (const { documentId, streamSeq, businessDate, amountKopecks } of this.sold.slice(
      fromSeq - 1,
      upToSeq,
    )) {
      const line = { lineNo: 1, productId: 'p-1', amountKopecks, quantityMilli: 1000, stockEffect: 'out' };
      const stated = { operation: 'sale', lines: [{ lineNo: 1, amountKopecks }] };
      const event = { documentId, streamSeq, businessDate, repost: 'lines', lines: [line], document: stated };
      yield await Promise.resolve(JSON.parse(JSON.stringify({ ...event, cause: { seq: streamSeq } })));
    }
  }
}

function daysOf(rows: readonly Receipt[]): readonly object[] {
  const dates = [...new Set(rows.map(({ businessDate }) => businessDate))];
  return dates.map((businessDate) => ({
    businessDate,
    receiptsCounted: rows.filter((row) => row.businessDate === businessDate).length,
  }));
}

/** Rounds until receipts and report are of one sequence. */
async function settle(report: StoreReport, headSeq: number, roundsMax: number): Promise<number> {
  for (let round = 1; round <= roundsMax; round += 1) if (await report.catchUp(headSeq)) return round;
  throw new Error(`not settled in ${String(roundsMax)} rounds`);
}

function expectOneSequence(report: StoreReport): void {
  const reported = report.lines.map(({ documentId }) => documentId).sort();
  expect(reported).toEqual([...report.receipts.byId.keys()].sort());
  expect(reported).toHaveLength(report.receiptsSeq);
  const counted = report.days.reduce((sum, { receiptsCounted }) => sum + receiptsCounted, 0);
  expect(counted).toBe(report.receiptsSeq);
}

describe('the report of a store that trades on', () => {
  const old = ['2026-03-01', '2026-03-01', '2026-03-02'];

  it('is settled at once where nobody sells', async () => {
    const store = new TradingStore([]);
    old.forEach((date) => {
      store.sell(date);
    });
    const report = store.report();
    expect(await settle(report, 3, 1)).toBe(1);
    expectOneSequence(report);
  });

  it('is read again only of the dates that receipts came to meanwhile', async () => {
    const store = new TradingStore(['2026-03-02', '2026-03-02', '2026-03-02', null]);
    old.forEach((date) => {
      store.sell(date);
    });
    const report = store.report();
    await settle(report, 3, 5);
    expectOneSequence(report);
    expect(report.receiptsSeq).toBe(6);
    expect(store.asked.filter((asked) => asked.includes('2026-03-01'))).toEqual([
      'lines 2026-03-01 2026-03-02',
      'conservation 2026-03-01 2026-03-02',
    ]);
  });

  it('reads a date that began meanwhile', async () => {
    const store = new TradingStore(['2026-03-03', '2026-03-01']);
    old.forEach((date) => {
      store.sell(date);
    });
    const report = store.report();
    await settle(report, 3, 5);
    expectOneSequence(report);
    expect(report.receiptsSeq).toBe(5);
  });

  it('is settled once a quiet moment lies between the two reads of a date, however often others sell', async () => {
    const store = new TradingStore(
      Array.from({ length: 40 }, (_, at) => (at % 4 === 2 ? null : '2026-03-02')),
    );
    old.forEach((date) => {
      store.sell(date);
    });
    const report = store.report();
    await settle(report, 3, 5);
    expectOneSequence(report);
  });

  it('waits for a report that is behind the receipts', async () => {
    const store = new TradingStore([]);
    old.forEach((date) => {
      store.sell(date);
    });
    store.lag = 1;
    const report = store.report();
    expect(await report.catchUp(3)).toBe(false);
    store.lag = 0;
    expect(await report.catchUp(3)).toBe(true);
    expectOneSequence(report);
  });
});
