import { booleanArray, integerArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import { rangeOf } from '@potok/ingestion-domain/identity-overlaps';
import type { NumberedIdentity } from './identity-table';

/** Numbers of a series that name a document already. */
export interface KnownRange {
  readonly seriesNo: number;
  readonly from: number;
  readonly to: number;
  readonly documentId: string;
}

export interface ProbedSpans {
  /** Series in which numbers have to be compared with spans. */
  readonly seriesNos: ReadonlySet<number>;
  readonly known: readonly KnownRange[];
}

const NOTHING: ProbedSpans = { seriesNos: new Set(), known: [] };
/** More documents than this in one span: it joins them all anyhow, and a person looks at it. */
const DOCUMENTS_PER_RANGE_MAX = 20;

/**
 * What shares a number with these identities, in series that hold spans or are given one now. Whoever adds a span locks
 * its series alone, whoever adds a number to a series with spans locks it with others: two that overlap cannot pass by
 * each other. Of a series without spans the numbers would have nothing to lock, so all intakes share one lock, which the
 * first span of a series takes alone: it waits for the numbers that are under way, later ones find its series spanned.
 */
export async function probeSpans(tx: Tx, identities: readonly NumberedIdentity[]): Promise<ProbedSpans> {
  const spanned = new Set<number>();
  const numbered = new Set<number>();
  for (const { identity, seriesNo } of identities) {
    if (identity.kind === 'span') spanned.add(seriesNo);
    else if (identity.kind === 'number') numbered.add(seriesNo);
  }
  await lockFirstSpans(tx, spanned, numbered);
  const holding = await holdingSpans(tx, [...numbered]);
  const seriesNos = new Set([...spanned, ...holding]);
  if (seriesNos.size === 0) return NOTHING;
  await lockSeries(
    tx,
    [...seriesNos].sort((left, right) => left - right),
    spanned,
  );
  return { seriesNos, known: await overlapping(tx, identities, seriesNos) };
}

/** Alone where a series is given its first span; two that believe so take turns. Never first shared and then alone. */
async function lockFirstSpans(
  tx: Tx,
  spanned: ReadonlySet<number>,
  numbered: ReadonlySet<number>,
): Promise<void> {
  if (spanned.size === 0 && numbered.size === 0) return;
  const known = await holdingSpans(tx, [...spanned]);
  const isFirst = known.length < spanned.size;
  if (!isFirst && numbered.size === 0) return;
  const lock = isFirst ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared';
  await tx.query(`SELECT ${lock}(hashtext('first_span'))`);
}

async function holdingSpans(tx: Tx, seriesNos: readonly number[]): Promise<readonly number[]> {
  if (seriesNos.length === 0) return [];
  const { rows } = await tx.query<{ series_no: number }>(
    'SELECT series_no FROM series WHERE series_no = ANY ($1::int[]) AND span_length_max IS NOT NULL',
    [integerArray(seriesNos)],
  );
  return rows.map((row) => row.series_no);
}

async function lockSeries(tx: Tx, sorted: readonly number[], spanned: ReadonlySet<number>): Promise<void> {
  await tx.query(
    `SELECT CASE WHEN alone THEN pg_advisory_xact_lock(hashtext('identity_span'), series_no)
       ELSE pg_advisory_xact_lock_shared(hashtext('identity_span'), series_no) END
     FROM unnest($1::int[], $2::boolean[]) AS wanted (series_no, alone)`,
    [integerArray(sorted), booleanArray(sorted.map((seriesNo) => spanned.has(seriesNo)))],
  );
}

async function overlapping(
  tx: Tx,
  identities: readonly NumberedIdentity[],
  seriesNos: ReadonlySet<number>,
): Promise<readonly KnownRange[]> {
  const wanted = identities.flatMap(({ identity, seriesNo }) =>
    identity.kind === 'opaque' || !seriesNos.has(seriesNo) ? [] : [{ seriesNo, ...rangeOf(identity) }],
  );
  const { rows } = await tx.query<{
    series_no: number;
    from_number: bigint;
    to_number: bigint;
    document_id: string;
  }>(
    `SELECT DISTINCT wanted.series_no, known.from_number, known.to_number, known.document_id
     FROM unnest($1::int[], $2::bigint[], $3::bigint[]) AS wanted (series_no, from_number, to_number)
     JOIN series ON series.series_no = wanted.series_no
     CROSS JOIN LATERAL (
       (SELECT span.from_number, span.to_number, span.document_id FROM identity_span AS span
        WHERE span.series_no = wanted.series_no AND span.from_number <= wanted.to_number
          AND span.from_number >= wanted.from_number - coalesce(series.span_length_max, 0)
          AND span.to_number >= wanted.from_number
        ORDER BY span.from_number LIMIT $4)
       UNION ALL
       (SELECT identity.number, identity.number, identity.document_id FROM identity
        WHERE identity.series_no = wanted.series_no
          AND identity.number BETWEEN wanted.from_number AND wanted.to_number
        ORDER BY identity.number LIMIT $4)
     ) AS known`,
    [
      integerArray(wanted.map(({ seriesNo }) => seriesNo)),
      integerArray(wanted.map(({ from }) => from)),
      integerArray(wanted.map(({ to }) => to)),
      DOCUMENTS_PER_RANGE_MAX,
    ],
  );
  return rows.map((row) => ({
    seriesNo: row.series_no,
    from: Number(row.from_number),
    to: Number(row.to_number),
    documentId: row.document_id,
  }));
}

/** Whether an identity has a number in the range. */
export function liesIn({ identity, seriesNo }: NumberedIdentity, range: KnownRange): boolean {
  if (identity.kind === 'opaque' || seriesNo !== range.seriesNo) return false;
  const { from, to } = rangeOf(identity);
  return range.from <= to && range.to >= from;
}
