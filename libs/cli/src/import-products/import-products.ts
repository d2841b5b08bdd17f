import { stat } from 'node:fs/promises';
import { upsertAnswer } from '@potok/nomenclature-contracts/nomenclature-http';
import { CommandFailure, UsageError } from '../command-error';
import type { Output } from '../output';
import type { PlatformClient } from '../platform-client';
import { readCsv, readDialect } from './csv-reader';
import type { CsvRecord, Dialect } from './csv-reader';
import { readHeader } from './product-columns';
import type { ProductHeader } from './product-columns';
import { readProduct } from './product-row';
import { Progress } from './progress';
import { RejectedRowsFile } from './rejected-rows-file';
import type { RejectedLine } from './rejected-rows-file';

export interface ImportOptions {
  readonly file: string;
  readonly dialect: Partial<Dialect>;
  /** Reads and checks the file, sends nothing. */
  readonly dryRun: boolean;
}

export interface ImportReport {
  readonly file: string;
  readonly dryRun: boolean;
  readonly delimiter: string;
  readonly encoding: string;
  readonly rows: number;
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly barcodesLearned: number;
  readonly rejected: number;
  readonly rejectedFile: string | null;
  readonly unknownColumns: readonly string[];
}

const BATCH_ROWS_MAX = 1000;
/** The service refuses bodies of more than a mebibyte. */
const BATCH_CHARACTERS_MAX = 300_000;
const REQUESTS_IN_FLIGHT_MAX = 2;

type Totals = {
  -readonly [Name in 'rows' | 'created' | 'changed' | 'unchanged' | 'barcodesLearned' | 'rejected']: number;
};

interface PendingRow {
  readonly record: CsvRecord;
  readonly productId: string;
  readonly product: object;
}

/** Sends the file's products in batches; rejected rows go to a file beside it, the others are not held up by them. */
export async function importProducts(
  client: PlatformClient,
  options: ImportOptions,
  output: Output,
): Promise<ImportReport> {
  const bytesTotal = await sizeOf(options.file);
  const dialect = await readDialect(options.file, options.dialect);
  const progress = new Progress(output, bytesTotal);
  try {
    const records = readCsv(options.file, dialect, (bytes) => {
      progress.read(bytes);
    });
    const first = await records.next();
    if (first.done === true) throw new CommandFailure(`${options.file} is empty`);
    const titles = first.value.cells;
    const header = checkedHeader(options.file, titles);
    warnOf(header, output);
    const rejected = await RejectedRowsFile.create(`${options.file}.rejected.csv`, { ...dialect, titles });
    const run = new ImportRun({ client, dryRun: options.dryRun, header, rejected, progress });
    try {
      await run.send(records);
    } finally {
      await rejected.close();
    }
    return {
      file: options.file,
      dryRun: options.dryRun,
      ...dialect,
      ...run.totals,
      rejectedFile: run.totals.rejected === 0 ? null : rejected.path,
      unknownColumns: header.unknown,
    };
  } finally {
    progress.stop();
  }
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => null);
  if (found?.isFile() !== true) throw new UsageError(`there is no file ${file}`);
  return found.size;
}

function checkedHeader(file: string, titles: readonly string[]): ProductHeader {
  const header = readHeader(titles);
  const identified = (['productId', 'article', 'barcodes'] as const).some((column) =>
    header.places.has(column),
  );
  if (header.places.has('name') && identified) return header;
  throw new CommandFailure(
    `${file}: the first line must name the columns, at least name (наименование) and one of code (код), ` +
      `article (артикул), barcode (штрихкод); it says: ${titles.join(' | ')}. ` +
      'If that is unreadable or one column, state --encoding and --delimiter',
  );
}

function warnOf({ unknown, repeated }: ProductHeader, output: Output): void {
  if (unknown.length > 0) output.status(`warning: unknown columns are not imported: ${unknown.join(', ')}\n`);
  if (repeated.length > 0)
    output.status(`warning: columns are there twice, the first counts: ${repeated.join(', ')}\n`);
}

interface RunParts {
  readonly client: PlatformClient;
  readonly dryRun: boolean;
  readonly header: ProductHeader;
  readonly rejected: RejectedRowsFile;
  readonly progress: Progress;
}

class ImportRun {
  readonly totals: Totals = {
    rows: 0,
    created: 0,
    changed: 0,
    unchanged: 0,
    barcodesLearned: 0,
    rejected: 0,
  };
  private readonly inFlight = new Map<Promise<void>, ReadonlySet<string>>();
  private batch: PendingRow[] = [];
  private batchIds = new Set<string>();
  private batchCharacters = 0;
  private refused: RejectedLine[] = [];

  constructor(private readonly parts: RunParts) {}

  async send(records: AsyncIterable<CsvRecord>): Promise<void> {
    try {
      for await (const record of records) await this.take(record);
      await this.flush();
      while (this.inFlight.size > 0) await Promise.race(this.inFlight.keys());
    } finally {
      await Promise.allSettled(this.inFlight.keys());
    }
  }

  private async take(record: CsvRecord): Promise<void> {
    this.totals.rows += 1;
    const read = readProduct(this.parts.header, record.cells);
    if (!read.ok) {
      this.refused.push({ ...record, ...read.rejection });
      if (this.refused.length >= BATCH_ROWS_MAX) await this.flush();
      return;
    }
    const productId = String(read.product['productId']);
    const characters = JSON.stringify(read.product).length;
    const full =
      this.batch.length >= BATCH_ROWS_MAX || this.batchCharacters + characters > BATCH_CHARACTERS_MAX;
    // The same product again: its rows take effect in the order of the file.
    if (full || this.batchIds.has(productId)) await this.flush();
    this.batch.push({ record, productId, product: read.product });
    this.batchIds.add(productId);
    this.batchCharacters += characters;
  }

  private async flush(): Promise<void> {
    const { batch, batchIds, refused } = this;
    this.batch = [];
    this.batchIds = new Set();
    this.batchCharacters = 0;
    this.refused = [];
    await this.reject(refused);
    if (batch.length === 0) return;
    while (this.inFlight.size >= REQUESTS_IN_FLIGHT_MAX || this.overlaps(batchIds)) {
      await Promise.race(this.inFlight.keys());
    }
    const request: Promise<void> = this.post(batch).then(() => {
      this.inFlight.delete(request);
    });
    // Its failure is met where the requests are waited for.
    request.catch(() => undefined);
    this.inFlight.set(request, batchIds);
  }

  private overlaps(ids: ReadonlySet<string>): boolean {
    return [...this.inFlight.values()].some((others) => [...ids].some((id) => others.has(id)));
  }

  private async post(batch: readonly PendingRow[]): Promise<void> {
    const { client, dryRun, progress } = this.parts;
    if (!dryRun) {
      const body = { products: batch.map(({ product }) => product) };
      const answer = upsertAnswer.parse(
        await client.send({ method: 'POST', path: '/v1/nomenclature/products', body, repeatable: true }),
      );
      this.totals.created += answer.created;
      this.totals.changed += answer.changed;
      this.totals.unchanged += answer.unchanged;
      this.totals.barcodesLearned += answer.barcodesLearned;
      await this.reject(
        answer.rejected.flatMap(({ row, code, field, message }) => {
          const record = batch[row]?.record;
          return record === undefined ? [] : [{ ...record, code, field, message }];
        }),
      );
    }
    progress.done(batch.length);
  }

  private async reject(lines: readonly RejectedLine[]): Promise<void> {
    this.totals.rejected += lines.length;
    await this.parts.rejected.add(lines);
  }
}

/** The report for people. */
export function importLines(report: ImportReport): string[] {
  const done = report.dryRun
    ? `${String(report.rows - report.rejected)} rows would be sent (dry run)`
    : `${String(report.created)} created, ${String(report.changed)} changed, ` +
      `${String(report.unchanged)} unchanged, ${String(report.barcodesLearned)} barcodes learned`;
  return [
    `${String(report.rows)} rows: ${done}, ${String(report.rejected)} rejected`,
    ...(report.rejectedFile === null ? [] : [`rejected rows with their reasons: ${report.rejectedFile}`]),
  ];
}
