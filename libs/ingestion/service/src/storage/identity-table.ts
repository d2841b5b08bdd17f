import { identityKey } from '@potok/ingestion-domain/identities';
import type { KnownIdentity } from '@potok/ingestion-domain/identities';
import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import { BinaryRows } from '@potok/platform-postgres/binary-rows';
import type { Tx } from '@potok/platform-postgres/tx';

/** An identity with the number of its series. */
export interface NumberedIdentity {
  readonly identity: KnownIdentity;
  readonly seriesNo: number;
}

export interface BoundIdentity extends NumberedIdentity {
  readonly documentId: string;
}

/** Which documents these identities name already, by `identityKey`. Sorted arrays, one statement for each kind. */
export async function probeIdentities(
  tx: Tx,
  identities: readonly NumberedIdentity[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  await probeNumbers(tx, identities, found);
  await probeSpans(tx, identities, found);
  await probeOpaque(tx, identities, found);
  return found;
}

/** Names the documents. The primary keys refuse what another transaction has named since: then the batch is repeated. */
export async function insertIdentities(tx: Tx, bound: readonly BoundIdentity[]): Promise<void> {
  const sorted = [...bound].sort(compare);
  const numbers = new BinaryRows();
  const spans = new BinaryRows();
  const opaque = new BinaryRows();
  for (const { identity, seriesNo, documentId } of sorted) {
    if (identity.kind === 'number') numbers.row(3).int4(seriesNo).int8(identity.number).uuid(documentId);
    else if (identity.kind === 'span') {
      spans.row(4).int4(seriesNo).int8(identity.from).int8(identity.to).uuid(documentId);
    } else opaque.row(3).int4(seriesNo).text(identity.opaqueId).uuid(documentId);
  }
  if (numbers.rows > 0) await tx.copyBinary('identity (series_no, number, document_id)', numbers.finish());
  if (spans.rows > 0) {
    await tx.copyBinary('identity_span (series_no, from_number, to_number, document_id)', spans.finish());
  }
  if (opaque.rows > 0)
    await tx.copyBinary('identity_opaque (series_no, opaque_id, document_id)', opaque.finish());
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

/** Spans that overlap name the same document. A lock for each series keeps two overlapping ones from passing by. */
async function probeSpans(
  tx: Tx,
  identities: readonly NumberedIdentity[],
  found: Map<string, string>,
): Promise<void> {
  const spans = identities.flatMap(({ identity, seriesNo }) =>
    identity.kind === 'span'
      ? [{ key: identityKey(identity), seriesNo, from: identity.from, to: identity.to }]
      : [],
  );
  if (spans.length === 0) return;
  const seriesNos = [...new Set(spans.map(({ seriesNo }) => seriesNo))].sort((left, right) => left - right);
  await tx.query(
    `SELECT pg_advisory_xact_lock(hashtext('identity_span'), series_no)
     FROM unnest($1::int[]) AS wanted (series_no)`,
    [integerArray(seriesNos)],
  );
  const { rows } = await tx.query<{ key: string; document_id: string }>(
    `SELECT DISTINCT ON (wanted.key) wanted.key, identity_span.document_id
     FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[]) AS wanted (key, series_no, from_number, to_number)
     JOIN identity_span ON identity_span.series_no = wanted.series_no
       AND identity_span.from_number <= wanted.to_number AND identity_span.to_number >= wanted.from_number
     ORDER BY wanted.key, identity_span.from_number`,
    [
      textArray(spans.map(({ key }) => key)),
      integerArray(spans.map(({ seriesNo }) => seriesNo)),
      integerArray(spans.map(({ from }) => from)),
      integerArray(spans.map(({ to }) => to)),
    ],
  );
  for (const row of rows) found.set(row.key, row.document_id);
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
