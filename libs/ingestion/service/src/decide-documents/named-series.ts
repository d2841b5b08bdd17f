import { present } from '@potok/kernel/assert';
import { seriesKey } from '@potok/ingestion-domain/identities';
import type { KnownIdentity } from '@potok/ingestion-domain/identities';
import type { NumberedIdentity } from '../storage/identity-table';
import type { SeriesName } from '../storage/series-table';

/** The series of these identities by `seriesKey`. */
export function seriesOfIdentities(identities: readonly SeriesName[]): ReadonlyMap<string, SeriesName> {
  return new Map(identities.map(({ scheme, series }) => [seriesKey(scheme, series), { scheme, series }]));
}

/** The identities with the numbers of their series. */
export function numberedBy(
  identities: readonly KnownIdentity[],
  seriesNos: ReadonlyMap<string, number>,
): readonly NumberedIdentity[] {
  return identities.map((identity) => {
    const seriesNo = seriesNos.get(seriesKey(identity.scheme, identity.series));
    return { identity, seriesNo: present(seriesNo, 'the number of a series') };
  });
}
