import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { readCsv, readDialect } from './csv-reader';
import type { CsvRecord } from './csv-reader';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'potok-csv-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Russian letters of windows-1251. */
function cp1251(text: string): Buffer {
  return Buffer.from(
    [...text].map((letter) => {
      const code = letter.charCodeAt(0);
      return code >= 0x410 && code <= 0x44f ? code - 0x410 + 0xc0 : code;
    }),
  );
}

async function read(content: string | Buffer): Promise<{ dialect: object; records: CsvRecord[] }> {
  const file = path.join(folder, 'products.csv');
  writeFileSync(file, content);
  const dialect = await readDialect(file, {});
  const records: CsvRecord[] = [];
  for await (const record of readCsv(file, dialect)) records.push(record);
  return { dialect, records };
}

describe('A CSV file', () => {
  it.each([';', ',', '\t'] as const)('is read with the delimiter %j by itself', async (delimiter) => {
    const { dialect, records } = await read(`name${delimiter}code\nХлеб${delimiter}1\n`);
    expect(dialect).toEqual({ delimiter, encoding: 'utf8' });
    expect(records.map(({ cells }) => cells)).toEqual([
      ['name', 'code'],
      ['Хлеб', '1'],
    ]);
  });

  it('loses its byte order mark', async () => {
    const { records } = await read('\uFEFFкод;наименование\r\n1;Хлеб\r\n');
    expect(records[0]?.cells).toEqual(['код', 'наименование']);
  });

  it('is read as cp1251 where it is no UTF-8', async () => {
    const { dialect, records } = await read(cp1251('код;наименование\n1;Молоко'));
    expect(dialect).toEqual({ delimiter: ';', encoding: 'cp1251' });
    expect(records[1]?.cells).toEqual(['1', 'Молоко']);
  });

  it('is read as UTF-16 by its byte order mark', async () => {
    const { dialect, records } = await read(Buffer.from('\uFEFFкод\tимя\n1\tСыр', 'utf16le'));
    expect(dialect).toMatchObject({ encoding: 'utf16' });
    expect(records[1]?.cells).toEqual(['1', 'Сыр']);
  });

  it('keeps quoted delimiters and line breaks, bare quotes, and the numbers of lines', async () => {
    const { records } = await read('код;имя\n1;"a;\nb"\n\n2;Сок "Сад"\n3;x\n');
    expect(records).toEqual([
      { line: 1, cells: ['код', 'имя'] },
      { line: 3, cells: ['1', 'a;\nb'] },
      { line: 5, cells: ['2', 'Сок "Сад"'] },
      { line: 6, cells: ['3', 'x'] },
    ]);
  });

  it('with a quote that nobody closes is refused by the line before it', async () => {
    await expect(read('код;имя\n1;Хлеб\n2;"Молоко\n3;Сок\n')).rejects.toThrow(/after line 2/);
  });

  it('that leaves its encoding is refused', async () => {
    const beginning = Buffer.from(`код;имя\n${'1;Хлеб\n'.repeat(40_000)}`);
    await expect(read(Buffer.concat([beginning, cp1251('Молоко')]))).rejects.toThrow(/not utf8.*--encoding/);
  });
});
