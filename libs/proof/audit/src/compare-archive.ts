import type { Expectations } from './expectations';
import type { Faults } from './faults';
import type { PlatformView } from './platform-view';

interface Named {
  readonly key: string;
  readonly id: string;
}

/** Asks the archive for every name of every expected document. */
export async function compareArchive(
  { documents, bound }: Expectations,
  view: PlatformView,
  faults: Faults,
): Promise<void> {
  const bySeries = new Map<string, Named[]>();
  for (const { key, identities } of [...documents.map(({ facts }) => facts), ...bound]) {
    for (const identity of identities) {
      const [scheme = '', series = '', id = ''] = identity.split('|');
      const names = bySeries.get(`${scheme}|${series}`) ?? [];
      bySeries.set(`${scheme}|${series}`, names);
      names.push({ key, id });
    }
  }
  for (const [name, names] of bySeries) {
    const isArchived = await archivedNames(name, names, view);
    for (const { key, id } of names) {
      if (!isArchived(id)) faults.note('lost', key, `${name}|${id} is not confirmed by the archive`);
    }
  }
}

async function archivedNames(
  name: string,
  names: readonly Named[],
  view: PlatformView,
): Promise<(id: string) => boolean> {
  const [scheme = '', series = ''] = name.split('|');
  if (scheme === 'evotor') {
    const ids = await view.confirmedIds(
      scheme,
      series,
      names.map(({ id }) => id),
    );
    return (id) => ids.has(id);
  }
  const isConfirmed = await view.confirmedNumbers(scheme, series);
  return (id) => isConfirmed(Number(id));
}

const sampled = 150;

/** Takes a sample of documents from the archive by their ids, and restores what was received. */
export async function sampleArchive(
  documentIds: ReadonlyMap<string, string>,
  view: PlatformView,
  faults: Faults,
): Promise<void> {
  const all = [...documentIds];
  const step = Math.max(1, Math.floor(all.length / sampled));
  for (let index = 0; index < all.length; index += step) {
    const [key, documentId] = all[index] ?? ['', ''];
    const document = await view.document(documentId);
    if (document.documentId !== documentId) faults.note('lost', key, `the archive has no ${documentId}`);
    const original = document.observations.find(({ kind }) => kind === 'original');
    const bytes = original === undefined ? '' : await view.bytes(documentId, original.observationNo);
    if (!bytes.includes('"identities"'))
      faults.note('lost', key, `the bytes of ${documentId} cannot be restored`);
  }
}
