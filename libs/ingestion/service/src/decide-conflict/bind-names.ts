import { identityKey, statedIdentity } from '@potok/ingestion-domain/identities';
import type { Tx } from '@potok/platform-postgres/tx';
import { numberedBy, seriesOfIdentities } from '../decide-documents/named-series';
import type { StandingDocument } from '../decide-documents/standing-document';
import type { PendingIdentity } from '../intake/batch-work';
import { insertIdentities, probeIdentities } from '../storage/identity-table';
import type { SeriesTable } from '../storage/series-table';
import { liesIn } from '../storage/span-probe';
import type { HeldCopy } from './held-copy';

export interface NamedCopy {
  /** Without the names of other documents. */
  readonly copy: HeldCopy;
  /** The names that are new. */
  readonly bound: readonly PendingIdentity[];
}

/** Whoever's content stands: the names of the copy are names of the document, but for those of another one. */
export async function bindNames(
  tx: Tx,
  series: SeriesTable,
  { document: { document }, held }: { readonly document: StandingDocument; readonly held: HeldCopy },
): Promise<NamedCopy> {
  const { canonical, identities } = held;
  const seriesNos = await series.numbersOf(tx, seriesOfIdentities(identities));
  const numbered = numberedBy(identities, seriesNos);
  const { found, spans } = await probeIdentities(tx, numbered);
  const { documentId } = document;
  const others = spans.known.filter((range) => range.documentId !== documentId);
  const own = numbered.filter(
    (one) =>
      (found.get(identityKey(one.identity)) ?? documentId) === documentId &&
      !others.some((range) => liesIn(one, range)),
  );
  const unbound = own.filter(({ identity }) => !found.has(identityKey(identity)));
  const bound = unbound.map((one) => ({ ...one, documentId }));
  await insertIdentities(tx, bound);
  const names = own.map(({ identity }) => identity);
  const copy = { identities: names, canonical: { ...canonical, identities: names.map(statedIdentity) } };
  return { copy, bound };
}
