import { randomBytes } from 'node:crypto';
import { present } from '@potok/kernel/assert';
import { byteaArray, integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import { openSealed, sealBytes } from './sealed-bytes';
import type { VaultKeys } from './vault-keys';

/** A person, or a store whose key guards documents without persons. */
export interface SubjectName {
  readonly kind: 'employee' | 'buyer' | 'supplier' | 'store' | 'installation';
  /** Normalised: equal texts are one subject. */
  readonly text: string;
  /** Kept with the subject, readable until it is erased. */
  readonly stated: Readonly<Record<string, string>>;
}

export interface Subject {
  readonly subjectNo: number;
  readonly key: Buffer;
}

/** A person whose mapping is still there. */
export interface KnownPerson {
  readonly subjectNo: number;
  readonly kind: 'employee' | 'buyer' | 'supplier';
  /** As the first document that mentioned the person stated it. */
  readonly stated: Readonly<Record<string, string>>;
  readonly knownSince: Date;
}

interface PersonRow {
  readonly subject_no: bigint;
  readonly kind: KnownPerson['kind'];
  readonly wrapped_key: Buffer;
  readonly sealed_value: Buffer;
  readonly created_at: Date;
}

export type Querying = Pick<Tx, 'query'>;

const KEY_BYTES = 32;
const NO_SUBJECTS: readonly number[] = [];

export function subjectText(subject: Pick<SubjectName, 'kind' | 'text'>): string {
  return `${subject.kind}|${subject.text}`;
}

interface Wanted {
  readonly name: SubjectName;
  readonly lookup: Buffer;
}

interface FoundRow {
  readonly kind: string;
  readonly lookup_hmac: Buffer;
  readonly subject_no: bigint;
  readonly wrapped_key: Buffer;
}

/** Rows of `subject`: found by a keyed hash of the name, made where they are missing. */
export class SubjectTable {
  /** By subject number; a number's key never changes. */
  private readonly keys = new Map<number, Buffer>();

  constructor(
    private readonly vaultKeys: VaultKeys,
    private readonly keysKeptMax = 20_000,
  ) {}

  /** The subjects of these names by `subjectText`, each with its key. Two statements when all are known. */
  async resolve(tx: Tx, names: ReadonlyMap<string, SubjectName>): Promise<ReadonlyMap<string, Subject>> {
    const wanted = [...names.values()].map((name) => ({
      name,
      lookup: this.vaultKeys.lookupOf(subjectText(name)),
    }));
    wanted.sort((left, right) => Buffer.compare(left.lookup, right.lookup));
    const found = await this.find(tx, wanted);
    const missing = wanted.filter(({ name }) => !found.has(subjectText(name)));
    if (missing.length === 0) return found;
    await this.insert(tx, missing);
    return new Map([...found, ...(await this.find(tx, missing))]);
  }

  /** The keys of these subjects in their order; null as soon as one of them was erased. */
  async keysOf(querying: Querying, subjectNos: readonly number[]): Promise<readonly Buffer[] | null> {
    const { rows } = await querying.query<{ subject_no: bigint; wrapped_key: Buffer | null }>(
      'SELECT subject_no, wrapped_key FROM subject WHERE subject_no = ANY ($1::bigint[])',
      [integerArray([...subjectNos])],
    );
    const wrapped = new Map(rows.map((row) => [Number(row.subject_no), row.wrapped_key]));
    const keys: Buffer[] = [];
    for (const subjectNo of subjectNos) {
      const key = wrapped.get(subjectNo) ?? null;
      if (key === null) return null;
      keys.push(this.unwrapped(subjectNo, key));
    }
    return keys;
  }

  /** Forgets the person: the key, the values and the way to find them. Answers how many subjects it was. */
  async erase(tx: Querying, names: readonly Pick<SubjectName, 'kind' | 'text'>[]): Promise<number> {
    const { rows } = await tx.query<{ subject_no: bigint }>(
      `UPDATE subject SET lookup_hmac = NULL, wrapped_key = NULL, sealed_value = NULL, erased_at = now()
       WHERE lookup_hmac = ANY ($1::bytea[]) AND erased_at IS NULL RETURNING subject_no`,
      [byteaArray(names.map((name) => this.vaultKeys.lookupOf(subjectText(name))))],
    );
    for (const row of rows) this.keys.delete(Number(row.subject_no));
    return rows.length;
  }

  /** Persons that are known, by number from this one on. */
  async personsAfter(querying: Querying, subjectNo: number, limit: number): Promise<readonly KnownPerson[]> {
    const { rows } = await querying.query<PersonRow>(
      `SELECT subject_no, kind, wrapped_key, sealed_value, created_at FROM subject
       WHERE subject_no > $1 AND kind NOT IN ('store', 'installation') AND erased_at IS NULL
       ORDER BY subject_no LIMIT $2`,
      [subjectNo, limit],
    );
    return rows.map((row) => {
      const key = openSealed(row.wrapped_key, this.vaultKeys.wrapping);
      const stated = JSON.parse(openSealed(row.sealed_value, key).toString('utf8')) as KnownPerson['stated'];
      return { subjectNo: Number(row.subject_no), kind: row.kind, stated, knownSince: row.created_at };
    });
  }

  /** As `erase`, by number. Answers the numbers that were not erased before. */
  async eraseNumbers(tx: Tx, subjectNos: readonly number[]): Promise<readonly number[]> {
    const { rows } = await tx.query<{ subject_no: bigint }>(
      `UPDATE subject SET lookup_hmac = NULL, wrapped_key = NULL, sealed_value = NULL, erased_at = now()
       WHERE subject_no IN (
         SELECT subject_no FROM subject
         WHERE subject_no = ANY ($1::bigint[]) AND kind NOT IN ('store', 'installation') AND erased_at IS NULL
         ORDER BY subject_no FOR UPDATE)
       RETURNING subject_no`,
      [integerArray(subjectNos)],
    );
    const erased = rows.map((row) => Number(row.subject_no)).sort((left, right) => left - right);
    for (const subjectNo of erased) this.keys.delete(subjectNo);
    return erased;
  }

  private async find(tx: Tx, wanted: readonly Wanted[]): Promise<Map<string, Subject>> {
    const { rows } = await tx.query<FoundRow>(
      `SELECT kind, lookup_hmac, subject_no, wrapped_key FROM subject
       WHERE (kind, lookup_hmac) IN (SELECT * FROM unnest($1::text[], $2::bytea[]))`,
      [textArray(wanted.map(({ name }) => name.kind)), byteaArray(wanted.map(({ lookup }) => lookup))],
    );
    const names = new Map(wanted.map(({ name, lookup }) => [lookup.toString('latin1'), subjectText(name)]));
    return new Map(
      rows.map((row) => {
        const subjectNo = Number(row.subject_no);
        const text = present(names.get(row.lookup_hmac.toString('latin1')), 'the name of a subject');
        return [text, { subjectNo, key: this.unwrapped(subjectNo, row.wrapped_key) }];
      }),
    );
  }

  private async insert(tx: Tx, missing: readonly Wanted[]): Promise<void> {
    const made = missing.map(({ name, lookup }) => {
      const key = randomBytes(KEY_BYTES);
      const value = Buffer.from(JSON.stringify(name.stated), 'utf8');
      return {
        kind: name.kind,
        lookup,
        wrapped: sealBytes(key, this.vaultKeys.wrapping, NO_SUBJECTS),
        value: sealBytes(value, key, NO_SUBJECTS),
      };
    });
    await tx.query(
      `INSERT INTO subject (kind, lookup_hmac, wrapped_key, sealed_value)
       SELECT * FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::bytea[]) ON CONFLICT (kind, lookup_hmac) DO NOTHING`,
      [
        textArray(made.map(({ kind }) => kind)),
        byteaArray(made.map(({ lookup }) => lookup)),
        byteaArray(made.map(({ wrapped }) => wrapped)),
        byteaArray(made.map(({ value }) => value)),
      ],
    );
  }

  private unwrapped(subjectNo: number, wrappedKey: Buffer): Buffer {
    const known = this.keys.get(subjectNo);
    if (known !== undefined) return known;
    if (this.keys.size >= this.keysKeptMax) this.keys.clear();
    const key = openSealed(wrappedKey, this.vaultKeys.wrapping);
    this.keys.set(subjectNo, key);
    return key;
  }
}
