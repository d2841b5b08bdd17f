import { present } from '@potok/kernel/assert';
import { seriesKey } from '@potok/ingestion-domain/identities';
import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';

export interface SeriesName {
  readonly scheme: string;
  readonly series: string;
}

/** How far a series has come: what a later document's ledgerAt may not go behind. */
export interface SeriesHead {
  readonly seriesNo: number;
  readonly lastNumber: number;
  readonly lastLedgerMs: number;
}

/** Numbers of series: given once, kept in memory once they are committed. */
export class SeriesTable {
  private readonly numbers = new Map<string, number>();

  /** The numbers of all these series by `seriesKey`, made where they are missing. */
  async numbersOf(tx: Tx, names: ReadonlyMap<string, SeriesName>): Promise<ReadonlyMap<string, number>> {
    const missing = [...names].filter(([key]) => !this.numbers.has(key));
    if (missing.length === 0) return this.numbers;
    missing.sort(([left], [right]) => (left < right ? -1 : 1));
    const wanted = missing.map(([, name]) => name);
    const parameters = [
      textArray(wanted.map(({ scheme }) => scheme)),
      textArray(wanted.map(({ series }) => series)),
    ];
    await tx.query(
      `INSERT INTO series (scheme, series) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING`,
      parameters,
    );
    const { rows } = await tx.query<{ series_no: number; scheme: string; series: string }>(
      `SELECT series_no, scheme, series FROM series
       WHERE (scheme, series) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
      parameters,
    );
    const found = rows.map((row): [string, number] => [seriesKey(row.scheme, row.series), row.series_no]);
    tx.afterCommit(() => {
      for (const [key, seriesNo] of found) this.numbers.set(key, seriesNo);
    });
    return new Map([...this.subset(names), ...found]);
  }

  /** The number of a series that exists; null for one that was never seen. */
  async find(querying: Pick<Tx, 'query'>, name: SeriesName): Promise<number | null> {
    const { rows } = await querying.query<{ series_no: number }>(
      'SELECT series_no FROM series WHERE scheme = $1 AND series = $2',
      [name.scheme, name.series],
    );
    return rows[0]?.series_no ?? null;
  }

  async heads(tx: Tx, seriesNos: readonly number[]): Promise<Map<number, SeriesHead>> {
    const { rows } = await tx.query<{ series_no: number; last_number: bigint; last_ledger_at: Date }>(
      `SELECT series_no, last_number, last_ledger_at FROM series
       WHERE series_no = ANY ($1::int[]) AND last_number IS NOT NULL`,
      [integerArray(seriesNos)],
    );
    const heads = rows.map((row) => ({
      seriesNo: row.series_no,
      lastNumber: Number(row.last_number),
      lastLedgerMs: present(row.last_ledger_at, 'last_ledger_at').getTime(),
    }));
    return new Map(heads.map((head) => [head.seriesNo, head]));
  }

  async moveHeads(tx: Tx, heads: readonly SeriesHead[]): Promise<void> {
    if (heads.length === 0) return;
    await tx.query(
      `UPDATE series SET last_number = moved.last_number, last_ledger_at = to_timestamp(moved.ledger_ms / 1000.0)
       FROM unnest($1::int[], $2::bigint[], $3::bigint[]) AS moved (series_no, last_number, ledger_ms)
       WHERE series.series_no = moved.series_no
         AND (series.last_number IS NULL OR series.last_number < moved.last_number)`,
      [
        integerArray(heads.map(({ seriesNo }) => seriesNo)),
        integerArray(heads.map(({ lastNumber }) => lastNumber)),
        integerArray(heads.map(({ lastLedgerMs }) => lastLedgerMs)),
      ],
    );
  }

  private subset(names: ReadonlyMap<string, SeriesName>): [string, number][] {
    return [...names.keys()].flatMap((key) => {
      const seriesNo = this.numbers.get(key);
      return seriesNo === undefined ? [] : [[key, seriesNo]];
    });
  }
}
