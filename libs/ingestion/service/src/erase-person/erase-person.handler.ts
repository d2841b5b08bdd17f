import { MentionSearch } from '@potok/ingestion-domain/person-search';
import type { Transactor } from '@potok/platform-postgres/tx';
import type { PgQuarantineStore } from '@potok/platform-quarantine/pg-quarantine-store';
import type { QuarantineRowWithBytes } from '@potok/platform-quarantine/quarantine';
import { countArchivedFor } from '../storage/archive-table';
import { insertPrivacyAction } from '../storage/privacy-action-table';
import type { KnownPerson } from '../vault/subject-table';
import type { Vault } from '../vault/vault';
import { findPersons } from './find-persons.query';

export interface PersonRequest {
  /** Name, tab number, ИНН, phone, e-mail or card. */
  readonly person: string;
  readonly reason: string;
  /** The principal's id. */
  readonly by: string;
}

export interface FoundPerson extends KnownPerson {
  readonly documents: number;
}

export interface Erasure {
  readonly subjectNos: readonly number[];
  readonly documents: number;
  readonly quarantineEntries: number;
  readonly heldDocuments: number;
}

const PAGE = 500;

/**
 * Erases persons: their keys and the mapping. What was sealed with the keys is unreadable from then on, here and in
 * every backup of the archive; quarantined bytes that name a person, though nobody could read them, are dropped.
 * References, figures, hashes and the status of series stay. Done again it finds nobody and changes nothing.
 */
export class ErasePersonHandler {
  constructor(
    private readonly database: Transactor,
    private readonly vault: Vault,
    private readonly quarantine: PgQuarantineStore,
  ) {}

  async find({ person, reason, by }: PersonRequest): Promise<readonly FoundPerson[]> {
    const persons = await findPersons(this.database, this.vault, person);
    const found: FoundPerson[] = [];
    for (const one of persons) {
      found.push({ ...one, documents: await countArchivedFor(this.database, [one.subjectNo]) });
    }
    const subjectNos = found.map(({ subjectNo }) => subjectNo);
    const documents = found.reduce((sum, one) => sum + one.documents, 0);
    await insertPrivacyAction(this.database, {
      kind: 'find',
      subjectNos,
      documents,
      quarantineEntries: 0,
      by,
      reason,
    });
    return found;
  }

  async erase(request: PersonRequest & { readonly subjectNos: readonly number[] | null }): Promise<Erasure> {
    const { person, reason, by } = request;
    const persons = await findPersons(this.database, this.vault, person);
    const chosen = persons.filter(({ subjectNo }) => request.subjectNos?.includes(subjectNo) ?? true);
    const values = chosen.flatMap(({ stated: { tabNumber: _short, ...told } }) => Object.values(told));
    const entries = await this.entriesNaming(request.subjectNos === null ? [person, ...values] : values);
    return this.database.tx(async (tx) => {
      const subjectNos = await this.vault.eraseNumbers(
        tx,
        chosen.map(({ subjectNo }) => subjectNo),
      );
      const documents = await countArchivedFor(tx, subjectNos);
      const quarantineEntries = await this.quarantine.dropBytes(
        tx,
        entries.map(({ id }) => id),
      );
      await insertPrivacyAction(tx, { kind: 'erase', subjectNos, documents, quarantineEntries, by, reason });
      const held = entries.filter(({ state, origin }) => state === 'open' && origin.outcome === 'held');
      return { subjectNos, documents, quarantineEntries, heldDocuments: held.length };
    });
  }

  private async entriesNaming(values: readonly string[]): Promise<readonly QuarantineRowWithBytes[]> {
    const anyMention = new MentionSearch(values);
    // A held document is sealed with the keys of whom it names: only contacts in its texts are left to be looked for.
    const contacts = new MentionSearch(
      values.filter((value) => !/\p{L}/u.test(value) || value.includes('@')),
    );
    const names = ({ bytes, origin }: QuarantineRowWithBytes): boolean =>
      bytes !== null && (origin.outcome === 'held' ? contacts : anyMention).finds(bytes);
    const found: QuarantineRowWithBytes[] = [];
    for (let after = 0; ;) {
      const page = await this.quarantine.withBytesAfter(this.database, after, PAGE);
      found.push(...page.filter(names));
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return found;
      after = last.id;
    }
  }
}
