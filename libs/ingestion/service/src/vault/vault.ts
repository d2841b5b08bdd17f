import type { EmployeeMention, PersonMention } from '@potok/ingestion-domain/persons';
import type { Tx } from '@potok/platform-postgres/tx';
import { openSealed, sealBytes, subjectsOfSealed } from './sealed-bytes';
import { SubjectTable, subjectText } from './subject-table';
import type { KnownPerson, Querying, Subject, SubjectName } from './subject-table';
import { keyOfAll, VaultKeys } from './vault-keys';

const REFERENCES_KEPT_MAX = 50_000;
const DERIVED_KEPT_MAX = 20_000;

export function subjectOfPerson({ kind, basis, value, stated }: PersonMention): SubjectName {
  return { kind, text: `${basis}|${value}`, stated };
}

/** Guards the documents of a store that mention no person. */
export function subjectOfStore(storeId: string): SubjectName {
  return { kind: 'store', text: storeId, stated: {} };
}

/** Guards bytes that nobody could read. */
export const INSTALLATION: SubjectName = { kind: 'installation', text: '', stated: {} };

/**
 * Encrypts what may hold personal data under the keys of everybody whom it mentions: it can be restored exactly until
 * one of them is erased, then never.
 */
export class Vault {
  private readonly keys: VaultKeys;
  private readonly subjects: SubjectTable;
  private readonly references = new Map<string, string>();
  private readonly derivedKeys = new Map<string, Buffer>();

  constructor(masterKey: Buffer) {
    this.keys = new VaultKeys(masterKey);
    this.subjects = new SubjectTable(this.keys);
  }

  readonly referenceOf = (mention: EmployeeMention): string => {
    const person = `${mention.basis}|${mention.value}`;
    const known = this.references.get(person);
    if (known !== undefined) return known;
    if (this.references.size >= REFERENCES_KEPT_MAX) this.references.clear();
    const reference = this.keys.referenceOf(person);
    this.references.set(person, reference);
    return reference;
  };

  /** The subjects of these names, by `subjectText`. */
  resolve(tx: Tx, names: readonly SubjectName[]): Promise<ReadonlyMap<string, Subject>> {
    return this.subjects.resolve(tx, new Map(names.map((name) => [subjectText(name), name])));
  }

  /** The subjects in any order; at least one. */
  seal(bytes: Uint8Array, subjects: readonly Subject[]): Buffer {
    const sorted = [...subjects].sort((left, right) => left.subjectNo - right.subjectNo);
    const subjectNos = sorted.map(({ subjectNo }) => subjectNo);
    return sealBytes(bytes, this.derivedKey(sorted, subjectNos.join(',')), subjectNos);
  }

  /** The bytes as they were sealed; null when one of their subjects was erased. */
  async open(querying: Querying, sealed: Buffer): Promise<Buffer | null> {
    const keys = await this.subjects.keysOf(querying, subjectsOfSealed(sealed));
    return keys === null ? null : openSealed(sealed, keyOfAll(keys));
  }

  /** Erases a person under every name by which it may have been found. Answers how many subjects there were. */
  erase(tx: Querying, persons: readonly Pick<PersonMention, 'kind' | 'basis' | 'value'>[]): Promise<number> {
    this.derivedKeys.clear();
    return this.subjects.erase(
      tx,
      persons.map(({ kind, basis, value }) => ({ kind, text: `${basis}|${value}` })),
    );
  }

  personsAfter(querying: Querying, subjectNo: number, limit: number): Promise<readonly KnownPerson[]> {
    return this.subjects.personsAfter(querying, subjectNo, limit);
  }

  eraseNumbers(tx: Tx, subjectNos: readonly number[]): Promise<readonly number[]> {
    this.derivedKeys.clear();
    return this.subjects.eraseNumbers(tx, subjectNos);
  }

  private derivedKey(sorted: readonly Subject[], cacheKey: string): Buffer {
    const known = this.derivedKeys.get(cacheKey);
    if (known !== undefined) return known;
    if (this.derivedKeys.size >= DERIVED_KEPT_MAX) this.derivedKeys.clear();
    const key = keyOfAll(sorted.map(({ key: own }) => own));
    this.derivedKeys.set(cacheKey, key);
    return key;
  }
}
