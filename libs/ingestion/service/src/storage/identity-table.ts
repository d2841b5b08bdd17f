import { identityKey } from '@potok/ingestion-domain/identities';
import type { KnownIdentity } from '@potok/ingestion-domain/identities';
import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import { BinaryRows } from '@potok/platform-postgres/binary-rows';
import type { Tx } from '@potok/platform-postgres/tx';
import { probeSpans } from './span-probe';
import type { ProbedSpans } from './span-probe';

/** An identity with the number of its series. */
export interface NumberedIdentity {
  readonly identity: KnownIdentity;
  readonly seriesNo: number;
}

export interface BoundIdentity extends NumberedIdentity {
  readonly documentId: string;
}

export interface ProbedIdentities {
  /** Documents by `identityKey` of the identities that name them. */
  readonly found: ReadonlyMap<string, string>;
  /** What shares a number with an identity, in series that hold spans. */
  readonly spans: ProbedSpans;
}

/** Which documents these identities name already. Sorted arrays, one statement for each kind. */
export async function probeIdentities(
  tx: Tx,
  identities: readonly NumberedIdentity[],
): Promise<ProbedIdentities> {
  const found = new Map<string, string>();
  const spans = await probeSpans(tx, identities);
  await probeNumbers(tx, identities, found);
  findSpans(identities, spans, found);
  await probeOpaque(tx, identities, found);
  return { found, spans };
}

/** Of what overlaps, the spans that are known as they are. */
function findSpans(
  identities: readonly NumberedIdentity[],
  { known }: ProbedSpans,
  found: Map<string, string>,
): void {
  if (known.length === 0) return;
  const byPlace = new Map(known.map((one) => [placeKey(one.seriesNo, one.from, one.to), one.documentId]));
  for (const { identity, seriesNo } of identities) {
    if (identity.kind !== 'span') continue;
    const documentId = byPlace.get(placeKey(seriesNo, identity.from, identity.to));
    if (documentId !== undefined) found.set(identityKey(identity), documentId);
  }
}

function placeKey(seriesNo: number, from: number, to: number): string {
  return `${String(seriesNo)}#${String(from)}-${String(to)}`;
}

/** Names the documents. The primary keys refuse what another transaction has named since: then the batch is repeated. */
export async function insertIdentities(tx: Tx, bound: readonly BoundIdentity[]): Promise<void> {
  const sorted = [...bound].sort(compare);
  const numbers = new BinaryRows();
  const spans: BoundIdentity[] = [];
  const opaque = new BinaryRows();
  for (const bound of sorted) {
    const { identity, seriesNo, documentId } = bound;
    if (identity.kind === 'number') numbers.row(3).int4(seriesNo).int8(identity.number).uuid(documentId);
    else if (identity.kind === 'span') spans.push(bound);
    else opaque.row(3).int4(seriesNo).text(identity.opaqueId).uuid(documentId);
  }
  if (numbers.rows > 0) await tx.copyBinary('identity (series_no, number, document_id)', numbers.finish());
  await insertSpans(tx, spans);
  if (opaque.rows > 0)
    await tx.copyBinary('identity_opaque (series_no, opaque_id, document_id)', opaque.finish());
}

/** Under the lock that `probeSpans` took. A span that begins where one of its document does lengthens it. */
async function insertSpans(tx: Tx, spans: readonly BoundIdentity[]): Promise<void> {
  const rows = spans.flatMap(({ identity, seriesNo, documentId }) =>
    identity.kind === 'span' ? [{ seriesNo, documentId, from: identity.from, to: identity.to }] : [],
  );
  if (rows.length === 0) return;
  const longest = new Map<string, (typeof rows)[number]>();
  for (const row of rows) {
    const key = `${String(row.seriesNo)}#${String(row.from)}`;
    if ((longest.get(key)?.to ?? -1) < row.to) longest.set(key, row);
  }
  const distinct = [...longest.values()];
  const parameters = [
    integerArray(distinct.map(({ seriesNo }) => seriesNo)),
    integerArray(distinct.map(({ from }) => from)),
    integerArray(distinct.map(({ to }) => to)),
  ];
  await tx.query(
    `INSERT INTO identity_span AS known (series_no, from_number, to_number, document_id)
     SELECT * FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::uuid[])
     ON CONFLICT (series_no, from_number) DO UPDATE SET to_number = greatest(known.to_number, excluded.to_number)`,
    [...parameters, textArray(distinct.map(({ documentId }) => documentId))],
  );
  await tx.query(
    `UPDATE series SET span_length_max = greatest(series.span_length_max, spans.length)
     FROM (SELECT series_no, max(to_number - from_number) AS length
           FROM unnest($1::int[], $2::bigint[], $3::bigint[]) AS span (series_no, from_number, to_number)
           GROUP BY series_no) AS spans
     WHERE series.series_no = spans.series_no
       AND (series.span_length_max IS NULL OR series.span_length_max < spans.length)`,
    parameters,
  );
}

/** Gives these names of one document to another. */
export async function renameIdentities(
  tx: Tx,
  identities: readonly NumberedIdentity[],
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  for (const { identity, seriesNo } of [...identities].sort(compare)) {
    const { table, column } = PLACES[identity.kind];
    await tx.query(
      `UPDATE ${table} SET document_id = $4 WHERE series_no = $1 AND ${column} = $2 AND document_id = $3`,
      [seriesNo, placeOf(identity), from, to],
    );
  }
}

const PLACES = {
  number: { table: 'identity', column: 'number' },
  span: { table: 'identity_span', column: 'from_number' },
  opaque: { table: 'identity_opaque', column: 'opaque_id' },
} as const;

export function compare(left: NumberedIdentity, right: NumberedIdentity): number {
  if (left.seriesNo !== right.seriesNo) return left.seriesNo - right.seriesNo;
  const leftNumber = placeOf(left.identity);
  const rightNumber = placeOf(right.identity);
  if (typeof leftNumber === 'number' && typeof rightNumber === 'number') return leftNumber - rightNumber;
  return String(leftNumber) < String(rightNumber) ? -1 : 1;
}

function placeOf(identity: KnownIdentity): number | string {
  if (identity.kind === 'number') return identity.number;
  return identity.kind === 'span' ? identity.from : identity.opaqueId;
}

async function probeNumbers(
  tx: Tx,
  identities: readonly NumberedIdentity[],
  found: Map<string, string>,
): Promise<void> {
  const keys = new Map<string, string>();
  const seriesNos: number[] = [];
  const numbers: number[] = [];
  for (const { identity, seriesNo } of identities) {
    if (identity.kind !== 'number') continue;
    const place = `${String(seriesNo)}#${String(identity.number)}`;
    if (keys.has(place)) continue;
    keys.set(place, identityKey(identity));
    seriesNos.push(seriesNo);
    numbers.push(identity.number);
  }
  if (numbers.length === 0) return;
  const { rows } = await tx.query<{ series_no: number; number: bigint; document_id: string }>(
    `SELECT identity.series_no, identity.number, identity.document_id
     FROM unnest($1::int[], $2::bigint[]) AS wanted (series_no, number)
     JOIN identity ON identity.series_no = wanted.series_no AND identity.number = wanted.number`,
    [integerArray(seriesNos), integerArray(numbers)],
  );
  for (const row of rows) {
    const key = keys.get(`${String(row.series_no)}#${String(row.number)}`);
    if (key !== undefined) found.set(key, row.document_id);
  }
}

async function probeOpaque(
  tx: Tx,
  identities: readonly NumberedIdentity[],
  found: Map<string, string>,
): Promise<void> {
  const ids = identities.flatMap(({ identity, seriesNo }) =>
    identity.kind === 'opaque' ? [{ key: identityKey(identity), seriesNo, opaqueId: identity.opaqueId }] : [],
  );
  if (ids.length === 0) return;
  const { rows } = await tx.query<{ key: string; document_id: string }>(
    `SELECT wanted.key, identity_opaque.document_id
     FROM unnest($1::text[], $2::int[], $3::text[]) AS wanted (key, series_no, opaque_id)
     JOIN identity_opaque ON identity_opaque.series_no = wanted.series_no
       AND identity_opaque.opaque_id = wanted.opaque_id`,
    [
      textArray(ids.map(({ key }) => key)),
      integerArray(ids.map(({ seriesNo }) => seriesNo)),
      textArray(ids.map(({ opaqueId }) => opaqueId)),
    ],
  );
  for (const row of rows) found.set(row.key, row.document_id);
}
