import { columnsNamed } from '../query-reports/report-columns';
import { csvWriter, ndjsonWriter } from './report-writers';
import { StoreClocks } from './store-clocks';

const columns = columnsNamed(['date', 'storeName', 'receipts', 'revenueKopecks', 'soldMilli', 'counted']);
const sheet = { columns, clocks: new StoreClocks([]) };
const rows = [
  {
    date: '2026-03-02',
    storeName: 'Магазин № 7',
    receipts: 12,
    revenueKopecks: 123_456,
    soldMilli: 1_500,
    counted: true,
  },
  {
    date: '2026-03-02',
    storeName: 'ООО "Ромашка"; Тверь',
    receipts: 0,
    revenueKopecks: -5,
    soldMilli: null,
    counted: false,
  },
  {
    date: '2026-03-03',
    storeName: '=HYPERLINK("http://x")',
    receipts: 1,
    revenueKopecks: 0,
    soldMilli: -20,
    counted: true,
  },
  {
    date: '2026-03-03',
    storeName: '@cmd\r\n+1',
    receipts: 1,
    revenueKopecks: 9_007_199_254_740_991,
    soldMilli: 0,
    counted: true,
  },
];

describe('a report as csv', () => {
  it('opens in Excel (ru-RU): BOM, semicolons, decimal commas, CRLF, no formulas', () => {
    const writer = csvWriter('ru');
    expect(writer.head(sheet) + writer.rows(sheet, rows)).toBe(
      '\uFEFFДата;Магазин;Чеков;Выручка, руб.;Продано;Учтён\r\n' +
        '2026-03-02;Магазин № 7;12;1234,56;1,500;1\r\n' +
        '2026-03-02;"ООО ""Ромашка""; Тверь";0;-0,05;;0\r\n' +
        `2026-03-03;"'=HYPERLINK(""http://x"")";1;0,00;-0,020;1\r\n` +
        `2026-03-03;"'@cmd\r\n+1";1;90071992547409,91;0,000;1\r\n`,
    );
  });

  it('has the names of the API as headings when asked for', () => {
    expect(csvWriter('en').head(sheet)).toBe(
      '\uFEFFdate;storeName;receipts;revenueKopecks;soldMilli;counted\r\n',
    );
  });
});

describe('codes and instants in a csv', () => {
  const ofShift = columnsNamed(['storeId', 'openedAt', 'closedAt', 'shiftStatus', 'reportResult']);
  const shifts = [
    {
      storeId: 'store-1',
      openedAt: '2026-03-02T06:13:00.000Z',
      closedAt: null,
      shiftStatus: 'incomplete',
      reportResult: null,
    },
    {
      storeId: 'store-2',
      openedAt: '2026-12-31T20:59:59.999Z',
      closedAt: '2027-01-01T00:00:00.000Z',
      shiftStatus: 'complete',
      reportResult: 'countsOnly',
    },
  ];
  const moscow = ['store-1', 'Europe/Moscow'] as const;
  const clocks = new StoreClocks([moscow, ['store-2', 'Asia/Yekaterinburg']]);
  const csv = (headers: 'ru' | 'en', sheetOf = { columns: ofShift, clocks }, of: typeof shifts = shifts) => {
    const writer = csvWriter(headers);
    return `${writer.head(sheetOf)}${writer.rows(sheetOf, of)}`.replace('\uFEFF', '').split('\r\n');
  };

  it('are words and the local time of the store for people', () => {
    const zones = '(местное: Asia/Yekaterinburg, Europe/Moscow)';
    expect(csv('ru')).toEqual([
      `Магазин (код);Открыта ${zones};Закрыта ${zones};Полнота смены;Сверка с отчётом`,
      'store-1;02.03.2026 09:13:00;;неполная;',
      'store-2;01.01.2027 01:59:59;01.01.2027 05:00:00;полная;только количества',
      '',
    ]);
  });

  it('name the one zone of all stores, or that none is known', () => {
    const heading = (of: StoreClocks) => csv('ru', { columns: ofShift.slice(1, 2), clocks: of }, [])[0];
    expect(heading(new StoreClocks([moscow, ['store-3', 'Europe/Moscow']]))).toBe('Открыта (Europe/Moscow)');
    expect(heading(new StoreClocks([['store-3', null]]))).toBe('Открыта (UTC)');
    expect(heading(new StoreClocks([['store-3', 'Mars/Olympus']]))).toBe('Открыта (UTC)');
  });

  it('stay as in JSON answers where the names of the API are asked for', () => {
    expect(csv('en')).toEqual([
      'storeId;openedAt;closedAt;shiftStatus;reportResult',
      'store-1;2026-03-02T06:13:00.000Z;;incomplete;',
      'store-2;2026-12-31T20:59:59.999Z;2027-01-01T00:00:00.000Z;complete;countsOnly',
      '',
    ]);
  });

  it('are words in every column that holds codes, a code that has none stays', () => {
    const names = [
      ...(['operation', 'purpose', 'discountOrigin', 'fiscalKind', 'instrument'] as const),
      ...(['rate', 'vatRate', 'recognition', 'stockEffect'] as const),
    ];
    const sheetOf = { columns: columnsNamed(names), clocks };
    const coded = [
      ...['return', 'mendsError', 'coupon', 'cash', 'sbp', '10', '20/120', 'advance', 'unknown'],
      ...['sale', 'purchase', 'till', 'none', '', 'none', 'unknown', 'later', 'out'],
    ];
    const row = (from: number) =>
      Object.fromEntries(names.map((name, index) => [name, coded[from + index] ?? null]));
    expect(
      csvWriter('ru')
        .rows(sheetOf, [row(0), row(names.length)])
        .split('\r\n'),
    ).toEqual([
      'возврат прихода;исправление ошибки;купон;наличными;СБП;НДС 10%;НДС 20/120;аванс;решает человек',
      'приход;покупка;касса;без фискального вида;не указано;без НДС;неизвестна;later;расход',
      '',
    ]);
  });
});

describe('a report as NDJSON', () => {
  it('is one object a line, values as in JSON answers', () => {
    expect(ndjsonWriter.head(sheet)).toBe('');
    expect(
      ndjsonWriter
        .rows(sheet, rows)
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(rows);
  });
});
