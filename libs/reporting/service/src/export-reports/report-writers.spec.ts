import { columnsNamed } from '../query-reports/report-columns';
import { csvWriter, ndjsonWriter } from './report-writers';

const columns = columnsNamed(['date', 'storeName', 'receipts', 'revenueKopecks', 'soldMilli', 'counted']);
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
    expect(writer.head(columns) + writer.rows(columns, rows)).toBe(
      '\uFEFFДата;Магазин;Чеков;Выручка, руб.;Продано;Учтён\r\n' +
        '2026-03-02;Магазин № 7;12;1234,56;1,500;1\r\n' +
        '2026-03-02;"ООО ""Ромашка""; Тверь";0;-0,05;;0\r\n' +
        `2026-03-03;"'=HYPERLINK(""http://x"")";1;0,00;-0,020;1\r\n` +
        `2026-03-03;"'@cmd\r\n+1";1;90071992547409,91;0,000;1\r\n`,
    );
  });

  it('has the names of the API as headings when asked for', () => {
    expect(csvWriter('en').head(columns)).toBe(
      '\uFEFFdate;storeName;receipts;revenueKopecks;soldMilli;counted\r\n',
    );
  });
});

describe('a report as NDJSON', () => {
  it('is one object a line, values as in JSON answers', () => {
    expect(ndjsonWriter.head(columns)).toBe('');
    expect(
      ndjsonWriter
        .rows(columns, rows)
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(rows);
  });
});
