import { isNamed } from '@potok/ingestion-domain/person-search';
import type { Querying } from '../vault/subject-table';
import type { KnownPerson } from '../vault/subject-table';
import type { Vault } from '../vault/vault';

const PAGE = 2_000;

/** Everybody whom the text names. The values are encrypted, so all persons are looked at, a page at a time. */
export async function findPersons(
  querying: Querying,
  vault: Vault,
  person: string,
): Promise<readonly KnownPerson[]> {
  const found: KnownPerson[] = [];
  for (let after = 0; ;) {
    const page = await vault.personsAfter(querying, after, PAGE);
    found.push(...page.filter(({ stated }) => isNamed(stated, person)));
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return found;
    after = last.subjectNo;
  }
}
