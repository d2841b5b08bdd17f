import { AGENT_SCHEME } from '@potok/ingestion-domain/register-place';
import { isTraining } from '@potok/ingestion-domain/training';
import type { SeriesCase } from '@potok/ingestion-domain/completeness/judge-series';
import { DOCUMENT_COUNT_SLACK } from '@potok/ingestion-domain/completeness/compare-report';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import type { SeriesName } from '../storage/series-table';

/** What the organisation says of a series at one register. */
export interface SeriesInfo {
  readonly numbering: SeriesCase['numbering'];
  readonly coverage: readonly string[];
  readonly windows: SeriesCase['windows'];
  readonly documentCountSlack: number;
  /** False once all of it is registered for others, and of training drives: nothing is said of them. */
  readonly belongs: boolean;
}

export interface SeriesKnowledge {
  readonly directory: OrganisationDirectory;
  readonly trainingPrefixes: readonly string[];
}

/**
 * A series that nobody registered promises nothing: its numbers are names, gaps between them say nothing. Agents count
 * their documents without being registered.
 */
export function seriesInfo(
  { directory, trainingPrefixes }: SeriesKnowledge,
  { scheme, series }: SeriesName,
  registerId: string,
): SeriesInfo {
  const training = isTraining([{ kind: 'opaque', scheme, series, opaqueId: '' }], trainingPrefixes);
  const nothing = { coverage: [], windows: [], documentCountSlack: DOCUMENT_COUNT_SLACK };
  if (training) return { numbering: 'opaque', ...nothing, belongs: false };
  const registrations = directory.registrationsOf(scheme, series);
  const own = registrations.filter((registration) => registration.registerId === registerId);
  const [first] = own.length > 0 ? own : registrations;
  if (first === undefined) {
    return { numbering: scheme === AGENT_SCHEME ? 'dense' : 'opaque', ...nothing, belongs: true };
  }
  const { numbering, coverage, documentCountSlack = DOCUMENT_COUNT_SLACK } = first;
  const windows = own.map(({ fromNumber, toNumber }) => ({ fromNumber, toNumber }));
  return { numbering, coverage, windows, documentCountSlack, belongs: own.length > 0 };
}
